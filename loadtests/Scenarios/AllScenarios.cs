using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Every scenario, in the order of the table.</summary>
internal static class AllScenarios
{
    public static IReadOnlyList<IScenario> List { get; } =
    [
        new Bulk("bulk-up", "bulk, 1 stream up", Role.Sink, 1),
        new Bulk("bulk-down", "bulk, 1 stream down", Role.Source, 1),
        new Bulk("bulk-up-16", "bulk, 16 streams up", Role.Sink, 16),
        new Bulk("bulk-down-16", "bulk, 16 streams down", Role.Source, 16),
        new Bulk("duplex", "bulk, 1 stream both ways at once", Role.Duplex, 1),
        new PingPong("ping", "64 B ping-pong", bulkBeside: 0),
        new PingPong("ping-bulk", "64 B ping-pong beside 1 bulk download", bulkBeside: 1),
        new Messages(connections: 64),
        new ShortConnections(atOnce: 8),
        new IdleStreams(),
    ];
}
