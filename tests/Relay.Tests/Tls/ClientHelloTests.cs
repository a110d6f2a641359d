using System.Net.Security;
using System.Security.Authentication;
using PrivateConnect.Relay.Tls;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests.Tls;

/// <summary>Agents are told from others by their first bytes, however those are cut and whatever they are.</summary>
public sealed class ClientHelloTests
{
    [Fact]
    public async Task AgentsHelloIsKnownWhenItsLastByteIsThere()
    {
        byte[][] hellos = [Own(), await PlatformAsync(SslProtocols.Tls12 | SslProtocols.Tls13, TlsPair.Protocol)];
        foreach (var hello in hellos)
        {
            for (var cut = 0; cut < hello.Length; cut++)
                Assert.Equal(ClientHelloKind.Incomplete, Look(hello.AsSpan(0, cut)));
            Assert.Equal(ClientHelloKind.Offers, Look(hello));
            Assert.Equal(ClientHelloKind.Offers, Look([.. hello, 1, 2, 3]));
        }
    }

    [Fact]
    public async Task OthersAreOthers()
    {
        Assert.Equal(ClientHelloKind.Other, Look(await PlatformAsync(SslProtocols.Tls13, "h2")));
        Assert.Equal(ClientHelloKind.Other, Look(await PlatformAsync(SslProtocols.Tls12, TlsPair.Protocol)));
        Assert.Equal(ClientHelloKind.Other, Look("GET / HTTP/1.1\r\n\r\n"u8));
        Assert.Equal(ClientHelloKind.Other, Look([22, 3, 1, 0x40, 0x01, 1]));
    }

    [Fact]
    public void NoBytesBreakIt()
    {
        var hello = Own();
        var random = new Random(7);
        for (var i = 0; i < 100_000; i++)
        {
            var spoilt = (byte[])hello.Clone();
            for (var changes = random.Next(1, 6); changes > 0; changes--)
                spoilt[random.Next(spoilt.Length)] = (byte)random.Next(256);
            _ = Look(spoilt.AsSpan(0, random.Next(spoilt.Length + 1)));
        }
    }

    private static ClientHelloKind Look(ReadOnlySpan<byte> bytes) => ClientHello.Look(bytes, "pconnect/1"u8);

    private static byte[] Own()
    {
        using var handshake = new TlsHandshake(TlsPair.ClientContext, "hub.test");
        Assert.False(handshake.Advance());
        return handshake.TakeOutput();
    }

    private static async Task<byte[]> PlatformAsync(SslProtocols versions, string protocol)
    {
        var (a, b) = await SocketPair.CreateAsync();
        using var server = b;
        await using var tls = new SslStream(new System.Net.Sockets.NetworkStream(a, ownsSocket: true));
        var handshake = tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "hub.test",
            EnabledSslProtocols = versions,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
        });
        var hello = new byte[ClientHello.MaxSize];
        var count = 0;
        do
            count += await server.ReceiveAsync(hello.AsMemory(count)).AsTask().WithinCap();
        while (ClientHello.Look(hello.AsSpan(0, count), "pconnect/1"u8) == ClientHelloKind.Incomplete);
        server.CloseHard();
        await Assert.ThrowsAnyAsync<Exception>(() => handshake.WithinCap());
        return hello[..count];
    }
}
