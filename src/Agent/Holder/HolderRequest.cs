namespace PrivateConnect.Agent;

/// <summary>First and only line that a command sends to the holder of its identity's session.</summary>
/// <param name="Do"><c>status</c> or <c>work</c>.</param>
/// <param name="Up">The verb is <c>up</c>.</param>
/// <param name="SawConnection">The command was connected under an earlier holder.</param>
/// <param name="Hub">The hub that was named on its command line, or null.</param>
/// <param name="Pin">The pin that was named on its command line, or null.</param>
/// <param name="Items">What it wants.</param>
internal sealed record HolderRequest(
    string Do, bool Up = false, bool SawConnection = false, string? Hub = null, string? Pin = null, IReadOnlyList<WorkItem>? Items = null)
{
    public const string Status = "status";
    public const string Work = "work";
}
