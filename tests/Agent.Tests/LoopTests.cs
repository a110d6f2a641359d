using System.Security.Cryptography;

namespace PrivateConnect.Agent.Tests;

/// <summary>Ports of `reach` stay through a lost link, on the loop of the session they were bound beside.</summary>
public sealed class LoopTests
{
    [Fact]
    public async Task AllSessionsOfAProcessAreOnOneLoop()
    {
        await using var hub = new MiniHub();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (first, second, third) = (await DialAsync(), await DialAsync(), await DialAsync());
        Assert.Same(first.Loop, second.Loop);
        Assert.Same(first.Loop, third.Loop);

        Task<HubLink> DialAsync() => HubConnection.ConnectAsync(
            hub.Address, null, key, "box", 1, new LocalServices(), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
