namespace PrivateConnect.Protocol.Sessions;

/// <summary>How a session ended.</summary>
/// <param name="Reason">The first cause.</param>
/// <param name="Text">One line for people.</param>
/// <param name="Remote">The peer's GOAWAY, if it sent one.</param>
public sealed record SessionEnd(SessionEndReason Reason, string Text, GoAway? Remote);
