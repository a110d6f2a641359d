using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.LoadTests.Traffic;

/// <summary>The service behind the tunnel: a process of its own, so that its CPU time is not counted as the tunnel's.</summary>
internal static class Target
{
    public const string Verb = "target";

    private const int Backlog = 4_096;
    private const double PacedBytesPerSecond = 1e9 / 8;
    private const int PacedStep = 64 * 1024;
    private static readonly byte[] Payload = MakePayload();
    private static long _sunk;

    /// <summary>Listens on a free port, prints it as the only line, serves until the process is ended.</summary>
    /// <remarks>
    /// One thread accepts and reads each connection's role, by select: after a first asynchronous call .NET never blocks on a socket
    /// again, every wait would go through its poller and its thread pool, and the load would take more of the cores than the tunnel.
    /// </remarks>
    public static void Run(IPAddress address)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(Backlog);
        Console.WriteLine(((IPEndPoint)listener.LocalEndPoint!).Port.ToString(CultureInfo.InvariantCulture));
        var silent = new List<Socket>();
        var ready = new List<Socket>();
        while (true)
        {
            ready.Clear();
            ready.Add(listener);
            ready.AddRange(silent);
            Socket.Select(ready, null, null, -1);
            foreach (var socket in ready)
            {
                if (socket == listener)
                {
                    silent.Add(listener.Accept());
                    continue;
                }

                silent.Remove(socket);
                Greet(socket);
            }
        }
    }

    private static void Greet(Socket socket)
    {
        try
        {
            socket.NoDelay = true;
            Span<byte> first = stackalloc byte[1];
            if (socket.Receive(first) == 0)
            {
                socket.Dispose();
                return;
            }

            switch (first[0])
            {
                case Role.LightEcho:
                    _ = LightEchoAsync(socket);
                    break;
                case Role.Duplex:
                    OnThread(socket, Send);
                    OnThread(socket, Sink);
                    break;
                case Role.Sink: OnThread(socket, Sink); break;
                case Role.Source: OnThread(socket, Send); break;
                case Role.Echo: OnThread(socket, connection => Echo(connection, Sockets.MessageBytes)); break;
                case Role.PageEcho: OnThread(socket, connection => Echo(connection, Sockets.PageBytes)); break;
                case Role.Paced: OnThread(socket, SendPaced); break;
                case Role.Count: OnThread(socket, Count); break;
                default: socket.Dispose(); break;
            }
        }
        catch (SocketException)
        {
            socket.Dispose(); // The client is done; its end of the measurement knows.
        }
    }

    private static async Task LightEchoAsync(Socket socket)
    {
        try
        {
            var message = new byte[Sockets.MessageBytes];
            while (await socket.ReceiveAsync(message.AsMemory()) is var count and > 0)
                await socket.SendAsync(message.AsMemory(0, count));
        }
        catch (SocketException)
        {
            // As with Greet.
        }

        socket.Dispose();
    }

    private static void Sink(Socket socket)
    {
        var buffer = GC.AllocateUninitializedArray<byte>(Sockets.BulkBytes, pinned: true);
        while (socket.Receive(buffer) is var count and > 0) Interlocked.Add(ref _sunk, count);
    }

    private static void Send(Socket socket)
    {
        while (true) socket.Send(Payload);
    }

    private static void Echo(Socket socket, int bytes)
    {
        var message = new byte[bytes];
        while (Sockets.TryReceiveAll(socket, message)) Sockets.SendAll(socket, message);
    }

    private static void SendPaced(Socket socket)
    {
        var start = Stopwatch.GetTimestamp();
        long sent = 0;
        while (true)
        {
            var due = (long)(Stopwatch.GetElapsedTime(start).TotalSeconds * PacedBytesPerSecond) - sent;
            if (due < PacedStep) Thread.Sleep(1);
            else sent += socket.Send(Payload.AsSpan(0, (int)Math.Min(due, Payload.Length)));
        }
    }

    private static void Count(Socket socket)
    {
        var message = new byte[8];
        while (Sockets.TryReceiveAll(socket, message.AsSpan(0, 1)))
        {
            BinaryPrimitives.WriteInt64BigEndian(message, Interlocked.Read(ref _sunk));
            Sockets.SendAll(socket, message);
        }
    }

    private static void OnThread(Socket socket, Action<Socket> work)
    {
        var thread = new Thread(
            () =>
            {
                try
                {
                    work(socket);
                }
                catch (SocketException)
                {
                    // The ordinary end of a load: the client closes while data is under way.
                }
                catch (ObjectDisposedException)
                {
                    // The other thread of a duplex connection closed it.
                }

                socket.Dispose();
            },
            maxStackSize: 256 * 1024)
        { IsBackground = true };
        thread.Start();
    }

    private static byte[] MakePayload()
    {
        // Noise, so that nothing on a path can compress it away.
        var payload = GC.AllocateUninitializedArray<byte>(Sockets.BulkBytes, pinned: true);
        new Random(7).NextBytes(payload);
        return payload;
    }
}
