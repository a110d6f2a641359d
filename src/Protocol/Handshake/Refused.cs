namespace PrivateConnect.Protocol.Handshake;

/// <summary>Hub → agent: no session, and why.</summary>
/// <param name="Code">Why, for programs.</param>
/// <param name="RetryAfter">Milliseconds to wait before another try; 0 where another try is useless.</param>
/// <param name="Text">Why and what to do next, one line for people.</param>
public sealed record Refused(RefusalCode Code, int RetryAfter, string Text);
