using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests.Checks;

/// <summary>The names of a diagnosis's streams, and reports over a session.</summary>
public sealed class CheckStreamTests
{
    [Theory]
    [InlineData("~check/prod-db", CheckKind.Check)]
    [InlineData("~via/prod-db", CheckKind.Via)]
    [InlineData("~diagnose/prod-db", CheckKind.Diagnose)]
    public void AReservedNameIsReadAndWrittenAlike(string text, CheckKind kind)
    {
        Assert.True(CheckName.TryParse(text, out var name));
        Assert.Equal(new CheckName(kind, "prod-db"), name);
        Assert.Equal(text, name.ToString());
    }

    [Theory]
    [InlineData("~check")]
    [InlineData("~check/")]
    [InlineData("~check/A")]
    [InlineData("~Check/a")]
    [InlineData("~check/~check/a")]
    [InlineData("check/a")]
    [InlineData("~echo/a")]
    public void OtherNamesAreNoneOfADiagnosis(string text) => Assert.False(CheckName.TryParse(text, out _));

    [Fact]
    public async Task AskersAtOnceShareOneLookAtTheTarget()
    {
        await using var target = ScriptedTarget.Silent();
        var check = new SharedCheck(new TargetEndpoint("127.0.0.1", target.Port), null);
        await using var rig = await RelayRig.StartAsync("portable", new TargetEndpoint("127.0.0.1", target.Port));
        rig.Results.Opened = (stream, _) => check.Answer(stream);
        var replies = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ReportRequest.AskAsync(
            rig.Hub, new OpenRequest("~check/web", "hub"), TimeSpan.FromSeconds(30))));
        Assert.All(replies, reply =>
        {
            Assert.Equal(StreamError.None, reply.Error);
            Assert.True(reply.FirstByteMs > 0);
            Assert.Equal(
                TargetOutcome.Connected, JsonSerializer.Deserialize(reply.Report.Span, ReportJson.Default.TargetReport)!.Outcome);
        });
        Assert.Equal(1, target.Connections);
    }

    [Fact]
    public async Task AReportThatIsTooLongIsNone()
    {
        await using var target = ScriptedTarget.Silent();
        await using var rig = await RelayRig.StartAsync("portable", new TargetEndpoint("127.0.0.1", target.Port));
        rig.Results.Opened = (stream, _) =>
        {
            var end = new ReportEnd();
            stream.Attach(end);
            end.Answer(new byte[ReportRequest.MaxSize]);
        };
        var reply = await ReportRequest.AskAsync(rig.Hub, new OpenRequest("~check/web", "hub"), TimeSpan.FromSeconds(30));
        Assert.NotEqual(StreamError.None, reply.Error);
    }

    [Fact]
    public async Task AReportThatDoesNotComeIsGivenUp()
    {
        await using var target = ScriptedTarget.Silent();
        await using var rig = await RelayRig.StartAsync("portable", new TargetEndpoint("127.0.0.1", target.Port));
        rig.Results.Opened = (stream, _) => stream.Attach(new ReportEnd());
        var reply = await ReportRequest.AskAsync(rig.Hub, new OpenRequest("~check/web", "hub"), TimeSpan.FromMilliseconds(300));
        Assert.Null(reply.Error);
    }
}
