using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

internal enum WorkKind
{
    Expose = 0,
    Reach = 1,
    Bench = 2,
    Diagnose = 3,
}

/// <summary>One thing a command wants of the session.</summary>
/// <param name="Kind">Expose a target, reach a service, measure the way to one, or diagnose one.</param>
/// <param name="Service">The service's name; empty for a bench of the way to the hub.</param>
/// <param name="Target">host:port to dial; only of an exposed service.</param>
/// <param name="Port">The port that was asked for, or 0.</param>
/// <param name="LastPort">The port it had under an earlier holder; asked for again, but not insisted on.</param>
/// <param name="Share">Weight, limit and floor of an exposed service; null for the usual ones.</param>
/// <param name="Publish">Where the tunnel port shall listen, in the words of --publish; null as usual.</param>
/// <param name="Allow">Networks that visitors may come from, with a space between them; null for everybody.</param>
/// <param name="Bench">How to measure; only of a bench.</param>
/// <param name="Protocol">What an exposed service speaks, for its diagnosis; null: by its port.</param>
internal sealed record WorkItem(
    WorkKind Kind, string Service, string? Target, int Port, int LastPort = 0, ServiceShare? Share = null,
    string? Publish = null, string? Allow = null, BenchPlan? Bench = null, ServiceProtocol? Protocol = null);
