using System.Text.Json.Serialization;
using PrivateConnect.Protocol.Control;

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

    /// <summary>Whether every item could have come from a command line; the holder does not trust the socket for that.</summary>
    [JsonIgnore]
    public bool IsWellFormed => Items is null || Items.All(item =>
        item?.Service is not null && Enum.IsDefined(item.Kind)
        && (ServiceName.IsValid(item.Service) || (item.Kind == WorkKind.Bench && item.Service.Length == 0))
        && item.Port is >= 0 and <= ushort.MaxValue && item.LastPort is >= 0 and <= ushort.MaxValue
        && item.Share?.IsValid() != false && item.Bench?.IsValid() != false
        && (item.Protocol is not { } protocol || Enum.IsDefined(protocol))
        && PublishWords.Parse(item.Publish) is not null && (item.Allow is null or { Length: <= PublishWords.MaxAllowLength }));
}
