using System.ComponentModel;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Agents;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

public sealed class PortFaultTests
{
    private static readonly IPEndPoint s_at = new(IPAddress.Loopback, 23_000);

    [Fact]
    public void OnlyAPortThatAStrangerHasIsTaken() =>
        Assert.Null(PortFault.Of(new SocketException((int)SocketError.AddressAlreadyInUse), s_at));

    [Theory]
    [InlineData(SocketError.TooManyOpenSockets, "file descriptors", true)]
    [InlineData(SocketError.NoBufferSpaceAvailable, "memory", true)]
    [InlineData(SocketError.AccessDenied, "rights", false)]
    [InlineData(SocketError.AddressNotAvailable, "TUNNEL_BIND", false)]
    public void EverythingElseIsToldByItsCause(SocketError error, string word, bool isShortage)
    {
        var fault = PortFault.Of(new SocketException((int)error), s_at)!;
        Assert.StartsWith("The hub cannot listen on 127.0.0.1:23000: ", fault.Text, StringComparison.Ordinal);
        Assert.Contains(word, fault.Text, StringComparison.Ordinal);
        Assert.Equal(isShortage, fault.IsShortage);
    }

    [Fact]
    public void WhatTheLoopCannotWatchIsToldToo() =>
        Assert.Contains("cannot watch", PortFault.Of(new Win32Exception(28, "cannot watch a socket"), s_at)!.Text, StringComparison.Ordinal);
}
