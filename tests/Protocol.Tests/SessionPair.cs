using System.Buffers;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Embedding;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>An agent's and a hub's session over one in-memory transport.</summary>
internal sealed class SessionPair : IAsyncDisposable
{
    private SessionPair(DuplexStream a, DuplexStream b, SessionOptions options)
    {
        Transport = a;
        Agent = new SessionConnectionContext(a, SessionRole.Agent, options);
        Hub = new SessionConnectionContext(b, SessionRole.Hub, options);
    }

    public DuplexStream Transport { get; }

    public SessionConnectionContext Agent { get; }

    public SessionConnectionContext Hub { get; }

    public int LiveStreams => Agent.Session.LiveStreams + Hub.Session.LiveStreams;

    public static SessionPair Create(int mostPerRead = int.MaxValue, long cutAfter = long.MaxValue, SessionOptions? options = null)
    {
        var (a, b) = DuplexPair.Create(mostPerRead, cutAfter);
        return new SessionPair(a, b, options ?? new SessionOptions());
    }

    public async Task<ConnectionContext> OpenAsync(string service)
    {
        var features = new FeatureCollection();
        features.Set(new OpenFeature(new OpenRequest(service, "test")));
        return await Agent.ConnectAsync(features);
    }

    public async Task<ConnectionContext> AcceptAsync() =>
        await Hub.AcceptAsync().AsTask().WithinCap() ?? throw new IOException("the session ended");

    /// <summary>Accepts one stream and reads it to its end; null when it was reset or the session ended first.</summary>
    public async Task<byte[]?> AcceptOneAsync()
    {
        if (await Hub.AcceptAsync() is not { } server)
            return null;
        try
        {
            return await ReadAllAsync(server);
        }
        catch (IOException)
        {
            return null;
        }
    }

    public static byte[] Pattern(int size, int seed)
    {
        var bytes = new byte[size];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Writes everything, then FIN.</summary>
    public static async Task SendAsync(ConnectionContext connection, byte[] bytes)
    {
        await connection.Transport.Output.WriteAsync(bytes);
        await connection.Transport.Output.CompleteAsync();
    }

    public static async Task<byte[]> ReadAllAsync(ConnectionContext connection)
    {
        var all = new ArrayBufferWriter<byte>();
        while (true)
        {
            var result = await connection.Transport.Input.ReadAsync();
            foreach (var segment in result.Buffer)
                all.Write(segment.Span);
            connection.Transport.Input.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return all.WrittenSpan.ToArray();
        }
    }

    public static async Task ExpectAsync(ConnectionContext connection, byte[] expected) =>
        Assert.True((await ReadAllAsync(connection)).AsSpan().SequenceEqual(expected), "other bytes than were sent");

    public async ValueTask DisposeAsync()
    {
        await Agent.DisposeAsync().AsTask().WithinCap();
        await Hub.DisposeAsync().AsTask().WithinCap();
    }
}
