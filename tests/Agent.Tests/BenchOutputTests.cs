using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent.Tests;

/// <summary>From looks to figures to text and JSON, and what a bench says when it cannot be done.</summary>
public sealed class BenchOutputTests : CommandTest
{
    private static readonly BenchLeg Nothing = new() { PeerWindow = 1 };

    [Fact]
    public void TwoLooksGiveRatesAndSharesOfTheTimeBetween()
    {
        var before = new BenchLook(Report(0, Nothing), Report(7_000_000, Nothing, Nothing), Report(3, Nothing));
        var after = new BenchLook(
            Report(1_000_000, Nothing with { Streams = 2, Idle = 500_000, Tcp = new TcpFigures(2_000, 1_000, 1, 100, 250_000, 0) }),
            Report(8_000_000, Nothing, Nothing with { Streams = 2, Limited = 400_000, PeerWindow = 9 }),
            Report(2_000_003, Nothing with { Streams = 2, BytesIn = 250_000_000, Held = 4_000_000, Loop = new LoopTime(1_000_000, 500_000) }));
        var phase = after.Since(before, BenchPath.Service, isUp: true, 2);
        Assert.Equal((1e9, 1.0), (phase.BitsPerSecond, phase.TargetHeld));
        Assert.Equal((0.5, 0.25), (phase.Nodes[2].Running, phase.Nodes[2].Waiting));
        Assert.Equal((BenchHop.HubLink, BenchHop.Here, 0.25, 0.25, 0.01, 2.0, 1.0), (
            phase.Legs[0].Hop, phase.Legs[0].Sender, phase.Legs[0].Idle, phase.Legs[0].PeerLimited, phase.Legs[0].Retransmits,
            phase.Legs[0].RoundTripMs, phase.Legs[0].LeastRoundTripMs));
        Assert.Equal((BenchHop.AgentLink, BenchHop.Hub, 0.4, 9L), (
            phase.Legs[1].Hop, phase.Legs[1].Sender, phase.Legs[1].Limited, phase.Legs[1].Window));
        var down = after.Since(before, BenchPath.Service, isUp: false, 2);
        Assert.Equal([BenchHop.Agent, BenchHop.Hub], down.Legs.Select(leg => leg.Sender));
    }

    [Fact]
    public void WhatAPeerInventsStaysFinite()
    {
        var wild = Nothing with { BytesIn = long.MinValue, Idle = long.MaxValue, Streams = -5, Loop = new LoopTime(long.MinValue, 1) };
        var before = new BenchLook(Report(0, Nothing), Report(long.MaxValue, Nothing), null);
        var after = new BenchLook(Report(0, Nothing), new BenchReport(long.MinValue, -1, 0, [wild]), null);
        var phase = after.Since(before, BenchPath.Hub, isUp: true, 1);
        var json = JsonSerializer.Serialize(new AgentEvent(EventName.Bench) { Bench = Result(phase) }, AgentJson.Plain.AgentEvent);
        Assert.Contains("\"phases\":[{\"path\":\"hub\"", json, StringComparison.Ordinal);
    }

    [Fact]
    public void TheTextHasATableABarAVerdictAndANextStep()
    {
        var leg = new LegUse(BenchHop.HubLink, BenchHop.Here, 0, 0, 0.9, 0, 1, 1, 0, 0, 0, 1);
        var node = new NodeUse(BenchHop.Here, 0.1, 0, 0.1, 2);
        var full = new BenchPhase(BenchPath.Hub, "up", 1, 2e9, 0, [node], [leg]);
        var lines = EventText.Lines(new AgentEvent(EventName.Bench) { Bench = Result(full, full with { BitsPerSecond = 1e9, Streams = 64 }) }).ToList();
        Assert.Contains(lines, line => line.StartsWith("64 B to the hub and back", StringComparison.Ordinal) && line.EndsWith("0.100 ms p50     0.200 ms p99", StringComparison.Ordinal));
        var rows = lines.Where(line => line.StartsWith("hub ", StringComparison.Ordinal)).ToList();
        Assert.Equal([24, 12], rows.Select(row => row.Count(c => c == '█')));
        Assert.Single(rows.Select(row => row.IndexOf(BenchHop.Here, StringComparison.Ordinal)).Distinct());
        Assert.Contains("2 Gbit/s", rows[0], StringComparison.Ordinal);
        Assert.Contains("this machine: limit", rows[0], StringComparison.Ordinal);
        Assert.Contains("--limit", lines[^1], StringComparison.Ordinal);
        Assert.EndsWith("holds it there.", lines[^2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnOlderHubIsNamed()
    {
        // The mini hub knows no reserved names.
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        Assert.StartsWith("the hub answers no bench: it is older", await EndsWithAsync(ExitCode.Version, Bench("")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnUnknownServiceEndsWithSeven()
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        Assert.Contains("nobody", await EndsWithAsync(ExitCode.UnknownService, Bench("nobody")), StringComparison.Ordinal);
    }

    private static WorkItem Bench(string service) =>
        new(WorkKind.Bench, service, null, 0, Bench: new BenchPlan(BenchPlan.MinSeconds, Send: false));

    private static BenchReport Report(long at, params BenchLeg[] legs) => new(at, 0, 2, legs);

    private static BenchResult Result(params BenchPhase[] phases) => new(
        "https://h:1", null, null, 3, 0.1, null, new BenchLatency(0.1, 0.2, 9), null, null, null, phases, phases[0].Verdict,
        BenchWords.Limits(phases[0]), BenchWords.Next(phases[0].Verdict));
}
