using System.Net.Sockets;
using System.Text;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent.Tests;

/// <summary>JSON of others that has the right form and lacks what is needed.</summary>
public sealed class ForeignAnswerTests : CommandTest
{
    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"perspectives":[null]}""")]
    [InlineData("""{"perspectives":[{"from":"hub"}]}""")]
    public async Task ADiagnosisOfAHubThatLacksSomethingIsNotUnderstood(string answer)
    {
        await using var hub = new MiniHub { Diagnosis = answer };
        _folder.Enrol(hub.Address.ToString()).Dispose();
        _other.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_other.Location, items: TestCommand.Expose("echo"));
        await expose.Log.WaitAsync(EventName.Exposed);
        Assert.Contains(
            "does not understand", await EndsWithAsync(ExitCode.Version, new WorkItem(WorkKind.Diagnose, "echo", null, 0)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ADiagnosisThatIsTooLongForTheLocalSocketEndsTheCommandInWords()
    {
        // The hub's answer is within its own bound; what the holder makes of it is not.
        var answer = "{\"perspectives\":[],\"text\":\"" + new string('x', 65_450) + "\"}";
        await using var hub = new MiniHub { Diagnosis = answer };
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo"));
        await expose.Log.WaitAsync(EventName.Exposed);
        var words = await EndsWithAsync(ExitCode.Internal, new WorkItem(WorkKind.Diagnose, "echo", null, 0));
        Assert.Contains($"'diagnosis' is longer than the {JsonLines.MaxLineBytes} bytes", words, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatADiagnosisMustHaveIsEnoughForItsText()
    {
        var least = new DiagnosisDocument(0, null!, default, null!, null!, null!, [new Perspective(null!, null!, null!, null!, default, null!, "", null!)]);
        var happened = new AgentEvent(EventName.Diagnosis) { Diagnosis = least };
        Assert.True(happened.IsWhole);
        Assert.All(EventText.Lines(happened), line => Assert.NotNull(EventText.Printable(line)));
    }

    [Theory]
    [InlineData("null")]
    [InlineData("{}")]
    [InlineData("""{"event":null}""")]
    [InlineData("""{"event":"status","services":[null]}""")]
    [InlineData("""{"event":"status","services":[{"service":"a","kind":"expose"}]}""")]
    [InlineData("""{"event":"diagnosis","diagnosis":{"perspectives":[null]}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","next":"b"}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","next":"b","phases":[]}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","next":"b","phases":[null]}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","next":"b","phases":[{"nodes":[],"legs":[{}]}]}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","next":"b","phases":[{"nodes":[{}],"legs":[null]}]}}""")]
    [InlineData("""{"event":"bench","bench":{"text":"a","phases":[{"nodes":[{}],"legs":[{}]}]}}""")]
    public async Task AHolderThatLacksSomethingEndsACommandInWords(string line)
    {
        using var hold = HolderLock.TryTake(_folder.Open());
        using var holder = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        holder.Bind(new UnixDomainSocketEndPoint(HolderAddress.Of(_folder.Open(), _ => null)));
        holder.Listen();
        await using var command = new TestCommand(_folder.Location, isUp: true);
        using var client = await holder.AcceptAsync(TestContext.Current.CancellationToken);
        await client.SendAsync(Encoding.UTF8.GetBytes(line + "\n"), TestContext.Current.CancellationToken);
        Assert.Equal(ExitCode.ConfigFolder, await command.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
        Assert.Contains("does not understand", (await command.Log.WaitAsync(EventName.Error)).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void WhatABenchMustHaveIsEnoughForItsText()
    {
        var phase = new BenchPhase(null!, null!, 0, 0, 0, [new NodeUse(null!, 0, 0, 0, 0)], [new LegUse(null!, null!, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)]);
        var happened = new AgentEvent(EventName.Bench)
        {
            Bench = new BenchResult(null!, null, null, 0, 0, null, null, null, null, null, [phase], null!, "", ""),
        };
        Assert.True(happened.IsWhole);
        Assert.All(EventText.Lines(happened), line => Assert.NotNull(EventText.Printable(line)));
    }
}
