using System.Text;
using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;
using PrivateConnect.Testing;
using PrivateConnect.Web.Tests.Rights;
using Xunit;

namespace PrivateConnect.Web.Tests.Diagnosing;

/// <summary>Diagnoses over the real protocol: where they look from, who may, and what agents may say.</summary>
public sealed class DiagnosesTests
{
    [Fact]
    public async Task HealthyServiceIsHealthyFromTheHubAndFromAnotherAgent()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (_, reacher) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        var document = await DiagnoseAsync(hub, Diagnoser.Hub, reacher.AgentId);
        Assert.Equal((DiagnosisState.Ok, "ok"), (document.State, document.Verdict));
        Assert.Equal(["hub hub", "agent reacher"], document.Perspectives.Select(one => $"{one.Kind} {one.From}"));
        Assert.All(document.Perspectives, one =>
        {
            Assert.Equal(("exposer", $"127.0.0.1:{hub.EchoPort}"), (one.Agent, one.Target));
            Assert.True(one.RoundTripMs > 0);
            Assert.Equal(TargetOutcome.Connected, one.Found!.Outcome);
        });
    }

    [Fact]
    public async Task ClosedPortIsTheTargetsFaultNotTheAgents()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        using var refusing = new RefusingPort();
        await exposer.ExposeAsync("db", refusing.Port);
        var document = await DiagnoseAsync(hub, Diagnoser.Hub);
        Assert.Equal((DiagnosisState.Failed, "target-refused"), (document.State, document.Verdict));
    }

    [Fact]
    public async Task AgentOfAnotherWorkspaceIsNotThereAndHearsNothing()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (stranger, strangerId) = await hub.AgentAsync("stranger");
        await exposer.ExposeAsync("db", hub.EchoPort);
        var heard = 0;
        stranger.Opened = (_, _) => Interlocked.Increment(ref heard);
        Move(hub, strangerId.AgentId);
        var (document, failure) = await hub.Relay.Diagnoser.RunAsync(hub.Workspace, "db", [strangerId.AgentId]);
        Assert.Equal((null, DiagnosisFailure.UnknownAgent), (document, failure));
        var (_, random) = await hub.Relay.Diagnoser.RunAsync(hub.Workspace, "db", [Guid.NewGuid().ToString()]);
        Assert.Equal(DiagnosisFailure.UnknownAgent, random);
        // And by frames of its own: neither check nor diagnosis finds the service.
        Assert.Equal(StreamError.AgentAway, (await AskAsync(stranger, "~check/db")).Error);
        Assert.Equal(StreamError.AgentAway, (await AskAsync(stranger, "~diagnose/db")).Error);
        Assert.Equal(0, heard);
    }

    [Fact]
    public async Task AgentWithoutTheRightCannotLookEither()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, reacherId) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        var heard = 0;
        exposer.Opened = (_, _) => Interlocked.Increment(ref heard);
        await KnownAsync(hub);
        await hub.Policy.ChangeAsync(hub.Workspace, "db", old => old with { IsForEveryone = false }, "test", "", default);
        Assert.Equal("no-right", (await DiagnoseAsync(hub, reacherId.AgentId)).Verdict);
        foreach (var name in (string[])["~check/db", "~diagnose/db", "db"])
            Assert.Equal(StreamError.AgentAway, (await AskAsync(reacher, name)).Error);
        Assert.Equal(0, heard);
    }

    [Fact]
    public async Task PausedServiceIsToldPausedFromEverywhere()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (_, reacher) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        await KnownAsync(hub);
        await hub.Policy.ChangeAsync(hub.Workspace, "db", old => old with { IsPaused = true }, "test", "", default);
        var document = await DiagnoseAsync(hub, Diagnoser.Hub, reacher.AgentId);
        Assert.Equal(["paused", "paused"], document.Perspectives.Select(one => one.Verdict));
    }

    [Fact]
    public async Task AgentCannotMakeTheHubAskOthersInItsName()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, _) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        Assert.Equal(StreamError.UnknownService, (await AskAsync(reacher, "~via/db")).Error);
    }

    [Fact]
    public async Task AgentHasItsServiceDiagnosedAndTheRecordKept()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (reacher, reacherId) = await hub.AgentAsync("reacher");
        await exposer.ExposeAsync("db", hub.EchoPort);
        var reply = await AskAsync(reacher, "~diagnose/db");
        Assert.Equal(StreamError.None, reply.Error);
        Assert.Contains("\"verdict\":\"ok\"", Encoding.UTF8.GetString(reply.Report.Span), StringComparison.Ordinal);
        // A second one at once is one too many; the clock is the test's.
        Assert.Equal(StreamError.TooManyStreams, (await AskAsync(reacher, "~diagnose/db")).Error);
        await Door.Wait.UntilAsync(async () =>
        {
            await using var db = hub.Get<Database>().Connect();
            return await db.Diagnostics.AnyAsync(row => row.Service == "db" && row.Actor == $"agent {reacherId.AgentId}");
        });
    }

    [Theory]
    [InlineData("no json", "bad-report")]
    [InlineData("{\"outcome\":99}", "bad-report")]
    [InlineData("{\"outcome\":\"connected\",\"connectMs\":-4}", "bad-report")]
    [InlineData("{\"outcome\":\"refused\"}", "target-refused")]
    public async Task WhatAnAgentReportsIsJudged(string report, string verdict)
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        await exposer.ExposeAsync("db", hub.EchoPort);
        exposer.Opened = (stream, _) =>
        {
            var end = new ReportEnd();
            stream.Attach(end);
            end.Answer(Encoding.UTF8.GetBytes(report));
        };
        Assert.Equal(verdict, (await DiagnoseAsync(hub, Diagnoser.Hub)).Verdict);
    }

    [Theory]
    [InlineData(StreamError.UnknownService, "agent-old")]
    [InlineData(StreamError.TooManyStreams, "agent-busy")]
    public async Task AgentThatRefusesIsToldByItsReason(StreamError error, string verdict)
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        await exposer.ExposeAsync("db", hub.EchoPort);
        exposer.Opened = (stream, _) => stream.Reset(error);
        Assert.Equal(verdict, (await DiagnoseAsync(hub, Diagnoser.Hub)).Verdict);
    }

    [Fact]
    public async Task AgentThatSaysNothingIsGivenUpInTime()
    {
        await using var hub = await RightsFixture.StartAsync();
        var (exposer, _) = await hub.AgentAsync("exposer");
        var (silent, silentId) = await hub.AgentAsync("silent");
        await exposer.ExposeAsync("db", hub.EchoPort);
        silent.Opened = (_, _) => { };
        var document = await DiagnoseAsync(hub, Diagnoser.Hub, silentId.AgentId);
        Assert.Equal(["ok", "witness-silent"], document.Perspectives.Select(one => one.Verdict));
        Assert.Equal("witness-silent", document.Verdict);
    }

    private static async Task<DiagnosisDocument> DiagnoseAsync(RightsFixture hub, params string[] from)
    {
        var (document, failure) = await hub.Relay.Diagnoser.RunAsync(hub.Workspace, "db", from);
        Assert.Equal(DiagnosisFailure.None, failure);
        return document!;
    }

    private static Task<ReportReply> AskAsync(TestAgent agent, string name) =>
        ReportRequest.AskAsync(agent.Session, new OpenRequest(name, "test"), Door.Wait.Cap);

    /// <summary>The database learns of a service behind its publisher's back.</summary>
    private static Task KnownAsync(RightsFixture hub) => Door.Wait.UntilAsync(async () =>
    {
        await using var db = hub.Get<Database>().Connect();
        return await db.Services.AnyAsync(row => row.Name == "db");
    });

    /// <summary>Makes an agent one of another workspace, as far as the relay knows.</summary>
    private static void Move(RightsFixture hub, string agentId)
    {
        var session = hub.Relay.Registry.Find(agentId)!;
        session.Agent = session.Agent with { WorkspaceId = Guid.NewGuid().ToString() };
    }
}
