namespace PrivateConnect.Agent;

/// <summary>What a runtime is set up with; immutable.</summary>
/// <param name="Folder">The identity's folder.</param>
/// <param name="Hub">The hub to connect to.</param>
/// <param name="Pin">The key that ends TLS there, or null.</param>
/// <param name="Label">The label asked for, or null for the one in the folder or the host's name.</param>
/// <param name="Token">The key to enrol with; null where the folder is enrolled.</param>
internal sealed record RuntimeSettings(ConfigFolder Folder, HubAddress Hub, string? Pin, string? Label, string? Token)
{
    /// <summary>Where there is no key to enrol with, a person is asked to let this machine in.</summary>
    public bool AsksPerson { get; init; }

    /// <summary>Enrols as an agent that vanishes when it stays away.</summary>
    public bool Ephemeral { get; init; }

    /// <summary>The program ends within a second of Ctrl-C; this is the session's share of it.</summary>
    public TimeSpan CloseLimit { get; init; } = TimeSpan.FromMilliseconds(400);
}
