using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>The words of <c>--publish</c> and the networks of <c>--allow</c>; pure.</summary>
internal static class PublishWords
{
    public const string Allowed = "off (by name only) or network (where the hub publishes ports)";

    /// <summary>A control message holds texts of 2,048 characters.</summary>
    public const int MaxAllowLength = 1_900;

    /// <summary>Null for an unknown word; no word is "as usual".</summary>
    public static PublishWish? Parse(string? word) => word switch
    {
        null => PublishWish.Usual,
        "off" => PublishWish.Off,
        "network" => PublishWish.Network,
        _ => null,
    };
}
