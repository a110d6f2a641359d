namespace PrivateConnect.Hub.Rights;

/// <summary>
/// What a person or program wants changed of a service; what is left out stays. Publish "agent" gives port and networks back to
/// the agent's own word. EndStreams beside paused ends the streams that live. Share is taken whole: what is left out of it is as the
/// agent asks.
/// </summary>
public sealed record ServiceChange(
    string? Reach = null, string? Publish = null, IReadOnlyList<string>? Allow = null, bool? Paused = null, bool EndStreams = false,
    ShareRule? Share = null);
