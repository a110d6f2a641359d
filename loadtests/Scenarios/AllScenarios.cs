using PrivateConnect.LoadTests.Traffic;
using PrivateConnect.LoadTests.Wan;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Every scenario, in the order of the tables.</summary>
internal static class AllScenarios
{
    /// <summary>On this machine's loopback.</summary>
    public static IReadOnlyList<IScenario> Loopback { get; } =
    [
        new Bulk("bulk-up", "bulk, 1 stream up", Role.Sink, 1),
        new Bulk("bulk-down", "bulk, 1 stream down", Role.Source, 1),
        new Bulk("bulk-up-16", "bulk, 16 streams up", Role.Sink, 16),
        new Bulk("bulk-down-16", "bulk, 16 streams down", Role.Source, 16),
        new Bulk("duplex", "bulk, 1 stream both ways at once", Role.Duplex, 1),
        new PingPong("ping", "64 B ping-pong", connections: 1, bulkBeside: 0),
        new PingPong("ping-bulk", "20 × 64 B ping-pong beside 1 bulk download", connections: 20, bulkBeside: 1),
        new Messages(connections: 64),
        new ShortConnections(atOnce: 8),
        new StalledReaders(stalled: 4, others: 4),
        new IdleStreams(),
        new IdleCpu(streams: 1_000),
        new AgentMemory(),
    ];

    /// <summary>Over the emulated link of wan.sh.</summary>
    public static IReadOnlyList<IScenario> Wan { get; } =
    [
        .. WanBulk.Pair(roundTripMilliseconds: 50, lossPartsPerMillion: 0),
        .. WanBulk.Pair(roundTripMilliseconds: 200, lossPartsPerMillion: 0),
        .. WanBulk.Pair(roundTripMilliseconds: 50, lossPartsPerMillion: 1_000),
    ];

    public static IReadOnlyList<IScenario> List { get; } = [.. Loopback, .. Wan];
}
