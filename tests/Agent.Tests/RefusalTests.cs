using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;

namespace PrivateConnect.Agent.Tests;

/// <summary>What a hub turns down, and the code each command ends with.</summary>
public sealed class RefusalTests : CommandTest
{
    [Fact]
    public async Task AnotherKeyThanThePinnedOneEndsWithFive()
    {
        using var certificate = HttpHub.SelfSigned();
        await using var hub = new MiniHub(0, certificate);
        _folder.Enrol(hub.Address.ToString(), "sha256:" + new string('0', 64)).Dispose();
        await EndsWithAsync(ExitCode.NotTrusted, TestCommand.Expose("a"));
        Assert.Equal(0, hub.SessionCount);
    }

    [Fact]
    public async Task ReachOfAnUnknownServiceEndsWithSeven()
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        Assert.Contains("no service 'nothing'", await EndsWithAsync(ExitCode.UnknownService, TestCommand.Reach("nothing")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ALocalPortInUseEndsWithNineWhenItWasAskedFor()
    {
        await using var hub = new MiniHub();
        await using var target = new EchoTarget();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("echo", target.Address));
        await expose.Log.WaitAsync(EventName.Exposed);
        Assert.Contains("another program", await EndsWithAsync(ExitCode.LocalPort, TestCommand.Reach("echo", target.Port)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RequestFailure.NameTaken)]
    [InlineData(RequestFailure.PortTaken)]
    [InlineData(RequestFailure.PortOutOfRange)]
    [InlineData(RequestFailure.RangeFull)]
    public async Task ARefusedNameOrPortEndsWithEight(RequestFailure failure)
    {
        await using var hub = new MiniHub { PublishRefusal = failure };
        _folder.Enrol(hub.Address.ToString()).Dispose();
        Assert.Contains($"refused: {failure}", await EndsWithAsync(ExitCode.ServiceRefused, TestCommand.Expose("a", port: 23005)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RefusalCode.UnknownAgent, ExitCode.Revoked)]
    [InlineData(RefusalCode.Revoked, ExitCode.Revoked)]
    [InlineData(RefusalCode.Version, ExitCode.Version)]
    [InlineData(RefusalCode.BadProof, ExitCode.KeyRefused)]
    internal async Task ARefusedHandshakeEndsEveryVerb(RefusalCode refusal, ExitCode code)
    {
        await using var hub = new MiniHub { Refusal = refusal };
        _folder.Enrol(hub.Address.ToString()).Dispose();
        Assert.Contains($"refused: {refusal}", await EndsWithAsync(code, TestCommand.Expose("a")), StringComparison.Ordinal);
        await using var up = new TestCommand(_folder.Location, isUp: true);
        Assert.Equal(code, await up.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
    }
}
