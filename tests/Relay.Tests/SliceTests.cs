using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>Several frames in one call, on every loop.</summary>
public sealed class SliceTests
{
    public static TheoryData<string> Loops => RelayRig.Loops;

    /// <summary>
    /// What a socket with room does not take counts as the mark of a slow end, whose window never grows: a loop that sent only
    /// the first frame of a call held every fast target back.
    /// </summary>
    [Theory]
    [MemberData(nameof(Loops))]
    public async Task ASocketWithRoomTakesAllSlices(string loop)
    {
        var (a, b) = await SocketPair.CreateAsync();
        using var peer = b;
        var watch = RelayRig.LoopOf(loop).Watch(a, new NoEvents());
        var block = SocketPair.Pattern(4_000, 1);
        Assert.Equal(3_000, watch.Send(block, [new Slice(8, 1_000), new Slice(1_500, 500), new Slice(2_100, 1_500)]));
        watch.Close(orderly: true);
        byte[] expected = [.. block.AsSpan(8, 1_000), .. block.AsSpan(1_500, 500), .. block.AsSpan(2_100, 1_500)];
        Assert.Equal(expected, await peer.ReadAllAsync());
    }

    [Theory]
    [MemberData(nameof(Loops))]
    public async Task WhatWaitsIsReceivedIntoAllSlices(string loop)
    {
        var (a, b) = await SocketPair.CreateAsync();
        using var peer = b;
        var sent = SocketPair.Pattern(2_500, 2);
        await peer.SendAllAsync(sent);
        await Eventually.TrueAsync(() => a.Available == sent.Length, "everything is here");
        var watch = RelayRig.LoopOf(loop).Watch(a, new NoEvents());
        var block = new byte[3 * 1_008];
        Assert.Equal(sent.Length, watch.Receive(block, 1_000, 8));
        Assert.Equal(sent, (byte[])[.. block.AsSpan(0, 1_000), .. block.AsSpan(1_008, 1_000), .. block.AsSpan(2_016, 500)]);
        Assert.Equal(SocketWatch.WouldBlock, watch.Receive(block, 1_000, 8));
        watch.Close(orderly: false);
    }

    private sealed class NoEvents : ISocketEvents
    {
        public void OnReadable()
        {
        }

        public void OnWritable()
        {
        }

        public void OnHangup()
        {
        }

        public void OnConnected(SocketWatch watch, SocketError error)
        {
        }
    }
}
