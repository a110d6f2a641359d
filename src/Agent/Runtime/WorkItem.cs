using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

internal enum WorkKind
{
    Expose = 0,
    Reach = 1,
}

/// <summary>One thing a command wants of the session.</summary>
/// <param name="Kind">Expose a target, or reach a service.</param>
/// <param name="Service">The service's name.</param>
/// <param name="Target">host:port to dial; only of an exposed service.</param>
/// <param name="Port">The port that was asked for, or 0.</param>
/// <param name="LastPort">The port it had under an earlier holder; asked for again, but not insisted on.</param>
/// <param name="Share">Weight, limit and floor of an exposed service; null for the usual ones.</param>
internal sealed record WorkItem(
    WorkKind Kind, string Service, string? Target, int Port, int LastPort = 0, ServiceShare? Share = null);
