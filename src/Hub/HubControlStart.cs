namespace PrivateConnect.Hub;

/// <summary>What a start made that a person must be shown once, on the terminal and never through the logger.</summary>
/// <param name="FirstApiKey">The random first key of an empty hub, or null.</param>
/// <param name="SetupToken">The token of the set-up link, or null when the hub has a user.</param>
public sealed record HubControlStart(string? FirstApiKey, string? SetupToken);
