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
            return new ReaderRig(reader, b, new RecordCipher(secret, seals: true));
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
