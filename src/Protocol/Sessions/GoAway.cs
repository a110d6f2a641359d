namespace PrivateConnect.Protocol.Sessions;

/// <summary>The content of a GOAWAY frame.</summary>
/// <param name="Code">Why.</param>
/// <param name="RetryAfter">Milliseconds to wait before connecting again.</param>
/// <param name="Text">One line for people.</param>
public sealed record GoAway(GoAwayCode Code, int RetryAfter, string Text);
