using System.Net;
using System.Net.Sockets;
using System.Text;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>Pacing comes off where no network lies between, and nowhere else.</summary>
public sealed class LocalPathTests
{
    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.8.7", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.0.2.1", false)]
    [InlineData("2001:db8::1", false)]
    [InlineData("0.0.0.0", false)]
    public void OnlyThisMachineIsUnpaced(string peer, bool isUnpaced)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var before = Congestion(socket);
        LocalPath.Unpace(socket, new IPEndPoint(IPAddress.Parse(peer), 1));
        Assert.Equal(isUnpaced ? "reno" : before, Congestion(socket));
    }

    [Fact]
    public async Task WhatALocalListenerAcceptsInheritsIt()
    {
        var accepted = new TaskCompletionSource<Socket>();
        await using var listener = PortListener.Bind(
            new IPEndPoint(IPAddress.Loopback, 0), RelayLoop.Next(), accepted.SetResult);
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(listener.LocalEndPoint, TestContext.Current.CancellationToken);
        using var socket = await accepted.Task.WithinCap();
        Assert.Equal("reno", Congestion(socket));
    }

    [Fact]
    public async Task BothEndsOfALocalSessionAreUnpaced()
    {
        var (a, b) = await SocketPair.CreateAsync();
        using var first = new SocketTransport(a, RelayLoop.Next());
        using var second = new SocketTransport(b, RelayLoop.Next());
        Assert.Equal("reno", Congestion(a));
        Assert.Equal("reno", Congestion(b));
    }

    private static string Congestion(Socket socket)
    {
        const int tcpCongestion = 13;
        Span<byte> name = stackalloc byte[16];
        var length = socket.GetRawSocketOption((int)SocketOptionLevel.Tcp, tcpCongestion, name);
        return Encoding.ASCII.GetString(name[..length]).TrimEnd('\0');
    }
}
