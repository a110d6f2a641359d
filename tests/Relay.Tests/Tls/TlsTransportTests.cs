using System.Net.Sockets;
using System.Security.Authentication;
using PrivateConnect.Relay.Tls;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests.Tls;

/// <summary>The whole connection: with itself, with the platform's TLS, and with peers who mean harm.</summary>
public sealed class TlsTransportTests
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task EveryByteArrivesBothWaysAtOnce(bool ownClient, bool ownServer)
    {
        await using var pair = await TlsPair.CreateAsync(ownClient, ownServer);
        var up = SocketPair.Pattern(3_000_001, 1);
        var down = SocketPair.Pattern(2_000_003, 2);
        var sending = Task.WhenAll(WriteAsync(pair.Client, up, 100_000), WriteAsync(pair.Server, down, 7_777));
        var atServer = ReadAsync(pair.Server, up.Length, 50_000);
        var atClient = ReadAsync(pair.Client, down.Length, 300_000);
        await sending.WithinCap();
        Assert.Equal(up, await atServer.WithinCap());
        Assert.Equal(down, await atClient.WithinCap());
    }

    [Fact]
    public async Task ReadsOfAnySizeSeeTheSameBytes()
    {
        await using var pair = await TlsPair.CreateAsync(true, true);
        var data = SocketPair.Pattern(100_000, 3);
        await WriteAsync(pair.Client, data, 40_000).WithinCap();
        var random = new Random(4);
        using var got = new MemoryStream();
        var buffer = new byte[40_000];
        while (got.Length < data.Length)
        {
            if (random.Next(3) == 0)
                Assert.Equal(0, await pair.Server.ReadAsync(Memory<byte>.Empty).AsTask().WithinCap());
            var n = await pair.Server.ReadAsync(buffer.AsMemory(0, random.Next(1, 3) == 1 ? random.Next(1, 20) : buffer.Length)).AsTask().WithinCap();
            Assert.NotEqual(0, n);
            await got.WriteAsync(buffer.AsMemory(0, n));
        }

        Assert.Equal(data, got.ToArray());
    }

    [Fact]
    public async Task ServerShowsItsCertificateAndBothAgreeOnTheProtocol()
    {
        await using var pair = await TlsPair.CreateAsync(true, true);
        var client = (TlsTransport)pair.Client;
        Assert.Equal([TlsPair.Certificate.RawData], client.PeerCertificates);
        Assert.Equal(TlsPair.Protocol, client.Protocol);
        Assert.Equal(TlsPair.Protocol, ((TlsTransport)pair.Server).Protocol);
    }

    [Fact]
    public async Task AnIdleConnectionHoldsNoBlock()
    {
        await using var pair = await TlsPair.CreateAsync(true, true);
        var before = TlsTransport.Blocks.Rented;
        var reading = pair.Server.ReadAsync(new byte[10]).AsTask();
        await WriteAsync(pair.Client, new byte[10], 10).WithinCap();
        Assert.Equal(10, await reading.WithinCap());
        var waiting = pair.Server.ReadAsync(Memory<byte>.Empty).AsTask();
        // Other tests rent and return meanwhile: they end.
        await Eventually.TrueAsync(() => TlsTransport.Blocks.Rented <= before, "all blocks are back");
        Assert.False(waiting.IsCompleted);
    }

    [Fact]
    public async Task KeysChangeUnderTraffic()
    {
        var (transport, peer, _, opens) = await TlsPair.WithRawPeerAsync(recordsPerKey: 3);
        using var _ = peer;
        await using var own = transport;
        for (byte i = 0; i < 8; i++)
        {
            await WriteAsync(transport, [i], 1).WithinCap();
            if (i is 3 or 6)
            {
                await AssertKeyUpdateAsync(peer, opens);
                opens.Update();
            }

            var (type, content) = await ReceiveAsync(peer, opens);
            Assert.Equal((TlsRecord.ApplicationData, i), (type, content.Single()));
        }
    }

    [Fact]
    public async Task AWishForANewKeyIsAnsweredWithTheNextRecord()
    {
        var (transport, peer, seals, opens) = await TlsPair.WithRawPeerAsync();
        using var _ = peer;
        await using var own = transport;
        await peer.SendAllAsync(Record(seals, [24, 0, 0, 1, 1], TlsRecord.Handshake));
        seals.Update();
        await peer.SendAllAsync(Record(seals, [5], TlsRecord.ApplicationData));
        var buffer = new byte[100];
        Assert.Equal(1, await transport.ReadAsync(buffer).AsTask().WithinCap());
        Assert.Equal(5, buffer[0]);
        await WriteAsync(transport, [6], 1).WithinCap();
        await AssertKeyUpdateAsync(peer, opens);
        opens.Update();
        var (type, content) = await ReceiveAsync(peer, opens);
        Assert.Equal((TlsRecord.ApplicationData, 6), (type, content.Single()));
    }

    [Fact]
    public async Task CloseNotifyIsTheEndAndAnotherAlertAnError()
    {
        foreach (var (alert, isOrderly) in ((byte[], bool)[])[([1, 0], true), ([2, 40], false), ([1], false)])
        {
            var (transport, peer, seals, _) = await TlsPair.WithRawPeerAsync();
            await using var own = transport;
            await peer.SendAllAsync(Record(seals, alert, TlsRecord.Alert));
            var reading = transport.ReadAsync(new byte[100]).AsTask().WithinCap();
            if (isOrderly)
                Assert.Equal(0, await reading);
            else
                await Assert.ThrowsAsync<IOException>(() => reading);
            peer.Dispose();
        }
    }

    public static TheoryData<string> Hostilities => ["garbage", "plain", "tampered", "untyped", "empty", "cut", "type"];

    [Theory]
    [MemberData(nameof(Hostilities))]
    public async Task BrokenRecordsEndTheConnection(string what)
    {
        var (transport, peer, seals, _) = await TlsPair.WithRawPeerAsync();
        using var _ = peer;
        await using var own = transport;
        switch (what)
        {
            case "garbage":
                await peer.SendAllAsync(SocketPair.Pattern(500, 9));
                break;
            case "plain":
                await peer.SendAllAsync((byte[])[22, 3, 3, 0, 4, 1, 2, 3, 4]);
                break;
            case "tampered":
                var record = Record(seals, [1, 2, 3], TlsRecord.ApplicationData);
                record[^1] ^= 1;
                await peer.SendAllAsync(record);
                break;
            case "untyped":
                await peer.SendAllAsync(Record(seals, [], 0));
                break;
            case "empty":
                for (var i = 0; i < 40; i++)
                    await peer.SendAllAsync(Record(seals, [], TlsRecord.ApplicationData));
                break;
            case "cut":
                await peer.SendAllAsync(Record(seals, [24, 0], TlsRecord.Handshake));
                await peer.SendAllAsync(Record(seals, [1], TlsRecord.ApplicationData));
                break;
            default:
                await peer.SendAllAsync(Record(seals, [1], 20));
                break;
        }

        await Assert.ThrowsAsync<IOException>(() => transport.ReadAsync(new byte[1000]).AsTask().WithinCap());
    }

    [Fact]
    public async Task AnEndInsideARecordIsAnEnd()
    {
        var (transport, peer, seals, _) = await TlsPair.WithRawPeerAsync();
        await using var own = transport;
        await peer.SendAllAsync(Record(seals, [1, 2, 3], TlsRecord.ApplicationData).AsMemory(0, 10));
        peer.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await transport.ReadAsync(new byte[100]).AsTask().WithinCap());
        peer.Dispose();
    }

    [Fact]
    public async Task HandshakesThatCannotAgreeFailOnBothSides()
    {
        foreach (var (versions, protocol) in ((SslProtocols, string)[])[(SslProtocols.Tls12, TlsPair.Protocol), (SslProtocols.Tls13, "h2")])
        {
            var (a, b) = await SocketPair.CreateAsync();
            var client = TlsPair.PlatformClientAsync(a, versions, protocol);
            await Assert.ThrowsAsync<AuthenticationException>(() => TlsPair.OwnServerAsync(b).WithinCap());
            // The alert told it, before anybody closed.
            await Assert.ThrowsAsync<AuthenticationException>(() => client.WithinCap());
            b.Dispose();
        }
    }

    [Fact]
    public async Task APeerThatLeavesDuringTheHandshakeEndsIt()
    {
        var (a, b) = await SocketPair.CreateAsync();
        var server = TlsPair.OwnServerAsync(b);
        await a.SendAllAsync((byte[])[22, 3, 1, 0, 100, 1, 0]);
        a.Shutdown(SocketShutdown.Send);
        await Assert.ThrowsAsync<IOException>(() => server.WithinCap());
        a.Dispose();
        b.Dispose();
    }

    private static async Task AssertKeyUpdateAsync(Socket peer, RecordCipher opens)
    {
        var (type, content) = await ReceiveAsync(peer, opens);
        Assert.Equal(TlsRecord.Handshake, type);
        Assert.Equal([24, 0, 0, 1, 0], content);
    }

    private static byte[] Record(RecordCipher cipher, byte[] content, byte type)
    {
        var record = new byte[content.Length + TlsRecord.Overhead];
        cipher.Seal(content, type, record);
        return record;
    }

    private static async Task<(byte Type, byte[] Content)> ReceiveAsync(Socket peer, RecordCipher opens)
    {
        var header = new byte[TlsRecord.HeaderSize];
        await FillAsync(peer, header);
        var record = new byte[TlsRecord.Size(header)];
        header.CopyTo(record, 0);
        await FillAsync(peer, record.AsMemory(header.Length));
        var inner = new byte[RecordCipher.InnerSize(record)];
        Assert.Equal(inner.Length, opens.Open(record, inner));
        var count = TlsRecord.Content(inner, out var type);
        return (type, inner[..count]);
    }

    private static async Task FillAsync(Socket peer, Memory<byte> into)
    {
        while (!into.IsEmpty)
        {
            var n = await peer.ReceiveAsync(into).AsTask().WithinCap();
            Assert.NotEqual(0, n);
            into = into[n..];
        }
    }

    private static async Task WriteAsync(Stream stream, byte[] data, int piece)
    {
        for (var at = 0; at < data.Length; at += piece)
            await stream.WriteAsync(data.AsMemory(at, Math.Min(piece, data.Length - at)));
        await stream.FlushAsync();
    }

    private static async Task<byte[]> ReadAsync(Stream stream, int count, int piece)
    {
        var data = new byte[count];
        for (var at = 0; at < count;)
        {
            var n = await stream.ReadAsync(data.AsMemory(at, Math.Min(piece, count - at)));
            Assert.NotEqual(0, n);
            at += n;
        }

        return data;
    }
}
