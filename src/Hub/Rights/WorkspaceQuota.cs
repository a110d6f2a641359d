using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Rights;

/// <summary>What a workspace may have; null is no limit. Bandwidth in bits a second, of all its streams together.</summary>
public sealed record WorkspaceQuota(int? Agents, int? Services, int? Ports, int? Streams, long? Bandwidth)
{
    /// <summary>Bits a second; less is lifted to it, as for services.</summary>
    public const long LeastBandwidth = ServiceShare.MinRate;

    /// <summary>As for services: beyond any link.</summary>
    public const long MostBandwidth = ServiceShare.MaxRate;

    /// <summary>No limit at all: what holds where nothing was decided.</summary>
    public static WorkspaceQuota None { get; } = new(null, null, null, null, null);

    internal static string Refusal(string what, long number, string instead) =>
        $"This workspace's quota of {number} {what} is used up: {instead}, or ask the hub's operator for a larger quota.";
}
