using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>Accepting, on both loops.</summary>
public sealed class PortListenerTests
{
    public static TheoryData<string> Loops => RelayRig.Loops;

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task EveryVisitorIsHandedOverOnce(string loop)
    {
        const int visitors = 200;
        var accepted = new ConcurrentQueue<Socket>();
        await using var listener = Listen(loop, accepted.Enqueue);
        var sockets = Enumerable.Range(0, visitors).Select(_ => NewSocket()).ToArray();
        await Task.WhenAll(sockets.Select(s => s.ConnectAsync(listener.LocalEndPoint))).WithinCap();
        await Eventually.TrueAsync(() => accepted.Count == visitors, "all handed over");
        Assert.Equal(
            sockets.Select(s => s.LocalEndPoint!.ToString()).Order(), accepted.Select(s => s.RemoteEndPoint!.ToString()).Order());
        foreach (var socket in sockets.Concat(accepted))
            socket.Dispose();
    }

    /// <summary>More ports than a turn of the loop asks, all with somebody at the door.</summary>
    [Theory]
    [MemberData(nameof(Loops))]
    public async Task EveryPortGetsItsTurn(string loop)
    {
        const int ports = 40, visitors = 5;
        var accepted = new ConcurrentQueue<Socket>();
        var listeners = Enumerable.Range(0, ports).Select(_ => Listen(loop, accepted.Enqueue)).ToArray();
        var sockets = listeners.SelectMany(l => Enumerable.Range(0, visitors).Select(_ => (l.LocalEndPoint, Socket: NewSocket()))).ToArray();
        await Task.WhenAll(sockets.Select(s => s.Socket.ConnectAsync(s.LocalEndPoint))).WithinCap();
        await Eventually.TrueAsync(() => accepted.Count == ports * visitors, "all handed over");
        await Task.WhenAll(listeners.Select(l => l.DisposeAsync().AsTask())).WithinCap();
        foreach (var socket in sockets.Select(s => s.Socket).Concat(accepted))
            socket.Dispose();
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task AfterDisposeNobodyIsTakenAndThePortIsFree(string loop)
    {
        var accepted = new ConcurrentQueue<Socket>();
        // Not one of those that the kernel gives away: it must be free again at the end.
        var listener = PortListener.Bind(
            new IPEndPoint(IPAddress.Loopback, FreePorts.One()), RelayRig.LoopOf(loop), accepted.Enqueue);
        using var first = NewSocket();
        await first.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => accepted.Count == 1, "1 handed over");
        await listener.DisposeAsync();
        await listener.DisposeAsync();
        using var late = NewSocket();
        var refused = await Assert.ThrowsAsync<SocketException>(() => late.ConnectAsync(listener.LocalEndPoint).WithinCap());
        Assert.Equal(SocketError.ConnectionRefused, refused.SocketErrorCode);
        await using var again = PortListener.Bind(listener.LocalEndPoint, RelayRig.LoopOf(loop), accepted.Enqueue);
        using var next = NewSocket();
        await next.ConnectAsync(again.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => accepted.Count == 2, "2 handed over");
        foreach (var socket in accepted)
            socket.Dispose();
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ADefectCostsItsVisitorAndNotThePort(string loop)
    {
        var accepted = new ConcurrentQueue<Socket>();
        await using var listener = Listen(loop, socket =>
        {
            if (accepted.IsEmpty)
            {
                accepted.Enqueue(socket);
                throw new InvalidOperationException("planted");
            }

            accepted.Enqueue(socket);
        });
        using var first = NewSocket();
        await first.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => accepted.Count == 1, "1 handed over");
        using var second = NewSocket();
        await second.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        await Eventually.TrueAsync(() => accepted.Count == 2, "2 handed over");
        Assert.True(accepted.TryDequeue(out var lost) && lost.SafeHandle.IsClosed);
        Assert.True(accepted.TryDequeue(out var kept) && !kept.SafeHandle.IsClosed);
        kept.Dispose();
    }

    private static PortListener Listen(string loop, Action<Socket> accepted) =>
        PortListener.Bind(new IPEndPoint(IPAddress.Loopback, 0), RelayRig.LoopOf(loop), accepted);

    private static Socket NewSocket() => new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
}
