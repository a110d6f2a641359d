namespace PrivateConnect.Agent;

/// <summary>What every verb was given on the command line, checked for form.</summary>
/// <param name="Hub">--hub, or null.</param>
/// <param name="Pin">--pin, or null.</param>
/// <param name="TokenFile">--token-file, or null.</param>
/// <param name="Config">--config, or null.</param>
/// <param name="Label">--label, or null.</param>
internal sealed record CommandOptions(HubAddress? Hub, string? Pin, string? TokenFile, string? Config, string? Label)
{
    /// <summary>--ephemeral.</summary>
    public bool Ephemeral { get; init; }
}
