using System.Net.Sockets;
using System.Security.Cryptography;
using PrivateConnect.Relay.Tls;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>What a peer may send after its TLS handshake, and what ends the connection. Linux with OpenSSL only.</summary>
public sealed class TlsReaderTests
{
    private static readonly TimeSpan s_soon = TimeSpan.FromSeconds(20);

    /// <summary>Before a review such a flood kept the read going for as long as it lasted: on a relay loop, before any proof of identity.</summary>
    [Theory]
    [InlineData("key update")]
    [InlineData("ticket")]
    public async Task RecordsWithoutDataAreNotReadForEver(string what)
    {
        if (!TlsContext.IsAvailable)
            return;
        await using var rig = await ReaderRig.StartAsync();
        var flood = rig.Peer.SendAllAsync(rig.Records(what, 2_000));
        var error = await Assert.ThrowsAsync<IOException>(() => rig.Reader.ReadAsync(new byte[1024]).AsTask().WaitAsync(s_soon));
        Assert.Contains("out of order", error.Message, StringComparison.Ordinal);
        await rig.Reader.DisposeAsync();
        // It was sent or it was cut off.
        await Task.WhenAny(flood).WithinCap();
    }

    [Fact]
    public async Task AServersTicketsAndKeyUpdatesBesideDataAreNoFlood()
    {
        if (!TlsContext.IsAvailable)
            return;
        await using var rig = await ReaderRig.StartAsync();
        var buffer = new byte[64 * 1024];
        await rig.Peer.SendAllAsync(rig.Records("ticket", 2));
        for (byte round = 0; round < 100; round++)
        {
            await rig.Peer.SendAllAsync(
                (byte[])[.. rig.Records("key update", 1), .. rig.Seal([round], TlsRecord.ApplicationData)]);
            Assert.Equal(1, await rig.Reader.ReadAsync(buffer).AsTask().WaitAsync(s_soon));
            Assert.Equal(round, buffer[0]);
        }
    }

    /// <summary>A key costs as much as many records: who reads must come up for air between two of them.</summary>
    [Fact]
    public async Task AReadThatHasDataEndsAtANewKey()
    {
        if (!TlsContext.IsAvailable)
            return;
        await using var rig = await ReaderRig.StartAsync();
        var bytes = new List<byte>();
        for (byte at = 0; at < 50; at++)
            bytes.AddRange([.. rig.Seal([at], TlsRecord.ApplicationData), .. rig.Records("key update", 1)]);
        await rig.Peer.SendAllAsync(bytes.ToArray());
        var buffer = new byte[64 * 1024];
        for (byte at = 0; at < 50; at++)
        {
            Assert.Equal(1, await rig.Reader.ReadAsync(buffer).AsTask().WaitAsync(s_soon));
            Assert.Equal(at, buffer[0]);
        }
    }

    /// <summary>Before the session runs nobody has said who they are: what a stranger leaves half sent must be cheap.</summary>
    [Fact]
    public async Task HalfARecordOfAStrangerHoldsNoLargeBlock()
    {
        if (!TlsContext.IsAvailable)
            return;
        await using var rig = await ReaderRig.StartAsync();
        var before = TlsTransport.Blocks.Rented;
        var first = rig.Seal([7], TlsRecord.ApplicationData);
        var record = rig.Seal(new byte[100], TlsRecord.ApplicationData);
        await rig.Peer.SendAllAsync((byte[])[.. first, .. record.AsSpan(0, 50)]);
        Assert.Equal(1, await rig.Reader.ReadAsync(new byte[8]).AsTask().WaitAsync(s_soon));
        var second = rig.Reader.ReadAsync(new byte[200]).AsTask();
        Assert.Equal(before, TlsTransport.Blocks.Rented);
        await rig.Peer.SendAllAsync(record.AsMemory(50));
        Assert.Equal(100, await second.WaitAsync(s_soon));
    }

    /// <summary>Both directions at once, with a new key every few records and reads and writes of every size.</summary>
    [Fact]
    public async Task BytesArriveWholeUnderChangingKeys()
    {
        if (!TlsContext.IsAvailable)
            return;
        var (a, b) = await SocketPair.CreateAsync();
        var secrets = Enumerable.Range(0, 2)
            .Select(_ => new TrafficSecret(TlsSuite.ChaCha20, RandomNumberGenerator.GetBytes(TlsSuite.ChaCha20.HashSize))).ToArray();
        var (left, right) = (new SocketTransport(a, RelayRig.LoopOf("epoll")), new SocketTransport(b, RelayRig.LoopOf("epoll")));
        await using var one = new TlsTransport(left, secrets[0], secrets[1], default, recordsPerKey: 5);
        await using var other = new TlsTransport(right, secrets[1], secrets[0], default, recordsPerKey: 7);
        left.StartCoalescing();
        right.StartCoalescing();
        var sent = SocketPair.Pattern(4 * 1024 * 1024, 1);
        await Task.WhenAll(WriteAsync(one, sent, 2), WriteAsync(other, sent, 3), ReadAsync(one, sent, 4), ReadAsync(other, sent, 5)).WithinCap();
    }

    private static async Task WriteAsync(TlsTransport to, byte[] bytes, int seed)
    {
        var random = new Random(seed);
        for (var at = 0; at < bytes.Length;)
        {
            var n = Math.Min(bytes.Length - at, 1 + random.Next(random.Next(10) == 0 ? 900_000 : 20_000));
            await to.WriteAsync(bytes.AsMemory(at, n));
            at += n;
            if (random.Next(3) == 0 || at == bytes.Length)
                await to.FlushAsync(CancellationToken.None);
        }
    }

    private static async Task ReadAsync(TlsTransport from, byte[] expected, int seed)
    {
        var random = new Random(seed);
        var buffer = new byte[256 * 1024];
        for (var at = 0; at < expected.Length;)
        {
            if (random.Next(3) == 0)
                Assert.Equal(0, await from.ReadAsync(Memory<byte>.Empty));
            var n = await from.ReadAsync(buffer.AsMemory(0, 1 + random.Next(random.Next(2) == 0 ? 100 : buffer.Length - 1)));
            Assert.True(n > 0 && buffer.AsSpan(0, n).SequenceEqual(expected.AsSpan(at, n)), $"wrong at {at}");
            at += n;
        }
    }

    /// <summary>A transport under test, and a peer who seals whatever it likes.</summary>
    private sealed class ReaderRig(TlsTransport reader, Socket peer, RecordCipher cipher) : IAsyncDisposable
    {
        public TlsTransport Reader => reader;

        public Socket Peer => peer;

        public static async Task<ReaderRig> StartAsync()
        {
            var (a, b) = await SocketPair.CreateAsync();
            var secret = new TrafficSecret(TlsSuite.Aes128Gcm, RandomNumberGenerator.GetBytes(TlsSuite.Aes128Gcm.HashSize));
            var reader = new TlsTransport(new SocketTransport(a, RelayRig.LoopOf("epoll")), secret, secret, default);
            return new ReaderRig(reader, b, new LibCryptoCipher(secret, seals: true));
        }

        public byte[] Seal(ReadOnlySpan<byte> content, byte type)
        {
            var record = new byte[content.Length + TlsRecord.Overhead];
            cipher.Seal(content, type, record);
            return record;
        }

        public byte[] Records(string what, int count)
        {
            var all = new List<byte>();
            for (var i = 0; i < count; i++)
            {
                var isUpdate = what == "key update";
                all.AddRange(Seal(isUpdate ? PostHandshake.KeyUpdateMessage : [4, 0, 0, 2, 1, 2], TlsRecord.Handshake));
                if (isUpdate)
                    cipher.Update();
            }

            return [.. all];
        }

        public ValueTask DisposeAsync()
        {
            peer.Dispose();
            return reader.DisposeAsync();
        }
    }
}
