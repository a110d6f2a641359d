using System.Security.Cryptography;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

public sealed class HandshakeTests
{
    private static readonly Welcome s_welcome = new("id", "laptop", "default", "0.1.0", ProtocolLimits.MaxInitialWindow, 7, 0);

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(int.MaxValue)]
    public async Task AProvenKeyIsWelcomed(int mostPerRead)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var binding = RandomNumberGenerator.GetBytes(32);
        var (a, b) = DuplexPair.Create(mostPerRead);
        var accepting = AcceptAsync(b, binding);
        var welcome = await HandshakeDialer.RunAsync(a, Hello(key), key, binding, default).WithinCap();
        Assert.Equal(s_welcome, welcome);
        Assert.Equal("laptop", (await accepting)!.Label);
    }

    [Fact]
    public async Task AProofForAnotherConnectionIsWorthNothing()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (a, b) = DuplexPair.Create();
        var accepting = AcceptAsync(b, RandomNumberGenerator.GetBytes(32));
        var refused = await Assert.ThrowsAsync<HandshakeRefusedException>(
            () => HandshakeDialer.RunAsync(a, Hello(key), key, RandomNumberGenerator.GetBytes(32), default).WithinCap());
        Assert.Equal(RefusalCode.BadProof, refused.Refusal.Code);
        Assert.Null(await accepting);
    }

    [Fact]
    public async Task SomebodyElsesKeyIsNotProved()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (a, b) = DuplexPair.Create();
        var accepting = AcceptAsync(b, new byte[32]);
        var refused = await Assert.ThrowsAsync<HandshakeRefusedException>(
            () => HandshakeDialer.RunAsync(a, Hello(key), other, new byte[32], default).WithinCap());
        Assert.Equal(RefusalCode.BadProof, refused.Refusal.Code);
        Assert.Null(await accepting);
    }

    [Fact]
    public async Task AnotherVersionIsRefusedInWords()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (a, b) = DuplexPair.Create();
        var accepting = AcceptAsync(b, new byte[32]);
        var refused = await Assert.ThrowsAsync<HandshakeRefusedException>(
            () => HandshakeDialer.RunAsync(a, Hello(key) with { Version = 2 }, key, new byte[32], default).WithinCap());
        Assert.Equal(RefusalCode.Version, refused.Refusal.Code);
        Assert.Null(await accepting);
    }

    [Theory]
    [InlineData(FrameType.Proof)]
    [InlineData(FrameType.Welcome)]
    [InlineData(FrameType.Data)]
    [InlineData(FrameType.Ping)]
    public async Task AnyOtherFirstFrameIsAViolation(FrameType type)
    {
        var (a, b) = DuplexPair.Create();
        var accepting = new HandshakeAcceptor(b, new byte[32]).ProveAsync(default);
        await a.WriteAsync(SampleFrames.All().First(f => f[0] == (byte)type));
        await Assert.ThrowsAsync<ProtocolViolationException>(() => accepting.WithinCap());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16 * 1024 - 1)]
    [InlineData(256 * 1024 + 1)]
    [InlineData(-1)]
    public void AWindowOutsideTheRangeIsMalformed(int window)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Assert.Null(HandshakeCodec.DecodeHello(HandshakeCodec.Encode(Hello(key) with { InitialWindow = window })));
    }

    [Fact]
    public async Task ATransportThatEndsMidwayIsAnIoError()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        for (var cut = 0; cut < 60; cut++)
        {
            var (a, b) = DuplexPair.Create(cutAfter: cut);
            var accepting = AcceptAsync(b, new byte[32]);
            await Assert.ThrowsAnyAsync<IOException>(
                () => HandshakeDialer.RunAsync(a, Hello(key), key, new byte[32], default).WithinCap());
            await a.DisposeAsync();
            await Assert.ThrowsAnyAsync<IOException>(() => accepting.WithinCap());
        }
    }

    private static Hello Hello(ECDsa key) => new(
        1, key.ExportSubjectPublicKeyInfo(), "laptop", "0.1.0", ProtocolLimits.MaxInitialWindow, new byte[32]);

    private static async Task<Hello?> AcceptAsync(Stream transport, byte[] binding)
    {
        var acceptor = new HandshakeAcceptor(transport, binding);
        var hello = await acceptor.ProveAsync(default);
        if (hello is not null)
            await acceptor.WelcomeAsync(s_welcome, default);
        return hello;
    }
}
