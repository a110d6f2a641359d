using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.EndToEnd.Streams;

/// <summary>How a stream of bytes ended, as the reader sees it.</summary>
internal enum Ending
{
    Open,
    CleanEnd,
    Reset,
}

/// <summary>What a reader got before the end.</summary>
internal sealed record Received(long Bytes, bool IsPrefix, Ending Ending);

/// <summary>One end of a connection. Every wait has the generous cap of <see cref="Until"/>.</summary>
internal sealed class Peer(Socket socket) : IDisposable
{
    private const int ReadBytes = 64 * 1024;

    public int Available => socket.Available;

    public static async Task<Peer> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            using var cap = new CancellationTokenSource(Until.Cap);
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), cap.Token);
            return new Peer(socket);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public static async Task<bool> IsListeningAsync(int port)
    {
        try
        {
            using var peer = await ConnectAsync(port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    /// <summary>How a new connection that sends nothing ends. A reset may come so soon that connecting itself sees it.</summary>
    public static async Task<Received> ConnectAndReadToEndAsync(int port)
    {
        try
        {
            using var peer = await ConnectAsync(port);
            return await peer.ReadToEndAsync();
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return new Received(0, IsPrefix: true, Ending.Reset);
        }
    }

    /// <summary>Reads and forgets until told to stop; the answer is how many bytes came.</summary>
    public async Task<long> DiscardAsync(CancellationToken enough)
    {
        var buffer = new byte[ReadBytes];
        long total = 0;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, enough) is var count and > 0) total += count;
        }
        catch (OperationCanceledException)
        {
            // Enough.
        }

        return total;
    }

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using var cap = new CancellationTokenSource(Until.Cap);
        while (!bytes.IsEmpty) bytes = bytes[await socket.SendAsync(bytes, SocketFlags.None, cap.Token)..];
    }

    public Task SendPatternAsync(int count) => SendAsync(Pattern.Bytes(count));

    /// <summary>Reads up to the end, whichever end it is; fails when none comes.</summary>
    public async Task<Received> ReadToEndAsync()
    {
        using var cap = new CancellationTokenSource(Until.Cap);
        var buffer = new byte[ReadBytes];
        long total = 0;
        var prefix = true;
        try
        {
            while (await socket.ReceiveAsync(buffer.AsMemory(), SocketFlags.None, cap.Token) is var count and > 0)
            {
                prefix &= Pattern.Holds(buffer.AsSpan(0, count), total);
                total += count;
            }

            return new Received(total, prefix, Ending.CleanEnd);
        }
        catch (SocketException end) when (end.SocketErrorCode == SocketError.ConnectionReset)
        {
            return new Received(total, prefix, Ending.Reset);
        }
        catch (OperationCanceledException)
        {
            return new Received(total, prefix, Ending.Open);
        }
    }

    public async Task<byte[]> ReadExactlyAsync(int count)
    {
        using var cap = new CancellationTokenSource(Until.Cap);
        var bytes = new byte[count];
        for (var have = 0; have < count;)
        {
            var got = await socket.ReceiveAsync(bytes.AsMemory(have), SocketFlags.None, cap.Token);
            if (got == 0) throw new IOException($"Ended after {have} of {count} bytes.");
            have += got;
        }

        return bytes;
    }

    public Task WaitForUnreadAsync() => Until.TrueAsync(() => socket.Available > 0, "data lies unread at the receiver");

    /// <summary>Keeps sending until the connection refuses: the other side is gone and the kernel says so.</summary>
    public async Task SendUntilRefusedAsync()
    {
        var some = new byte[1024];
        await Until.TrueAsync(
            async () =>
            {
                try
                {
                    await SendAsync(some);
                    return false;
                }
                catch (SocketException)
                {
                    return true;
                }
            },
            "sending to an end that is gone is refused");
    }

    public void FinishSending() => socket.Shutdown(SocketShutdown.Send);

    /// <summary>close(2) without ceremony; the kernel resets when data lies unread.</summary>
    public void Close() => socket.Close();

    public void Abort()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    public void Dispose() => socket.Dispose();
}
