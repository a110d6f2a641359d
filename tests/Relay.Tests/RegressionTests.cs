using System.Net;
using System.Net.Sockets;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>What a review found: each of these fails before its fix. Linux only: both are about epoll.</summary>
public sealed class RegressionTests
{
    /// <summary>A receive stops at TCP's urgent mark: fewer bytes than asked does not mean that there are no more.</summary>
    [Fact]
    public async Task UrgentDataDoesNotHideWhatFollowsIt()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var (a, b) = await SocketPair.CreateAsync();
        using var visitor = a;
        await visitor.SendAllAsync("before"u8.ToArray());
        visitor.Send("!"u8, SocketFlags.OutOfBand);
        await visitor.SendAllAsync("after"u8.ToArray());
        // What lies before the mark is all that the kernel tells of; the rest was sent before the loop looks.
        await Eventually.TrueAsync(() => b.Available >= 6, "everything is here");
        var events = new Events();
        var watch = RelayRig.LoopOf("epoll").Watch(b, events);
        var got = new List<byte>();
        while (got.Count < 11)
        {
            watch.ArmReadable();
            Assert.True(await events.Readable.WaitAsync(Eventually.Cap), $"stalled after {got.Count} bytes");
            var block = new byte[64];
            int n;
            // As the writer does: a short pull is followed by arming, not by another pull.
            if ((n = watch.Receive(block)) > 0)
                got.AddRange(block.AsSpan(0, n));
        }

        watch.Close(orderly: false);
    }

    /// <summary>A dial is called off (its deadline, its session's end) while the loop looks why it failed.</summary>
    [Fact]
    public void AFailedDialThatIsCalledOffDoesNotEndTheProcess()
    {
        if (!OperatingSystem.IsLinux())
            return;
        using var refusing = new RefusingPort();
        var target = new IPEndPoint(IPAddress.Loopback, refusing.Port);
        var loop = RelayRig.LoopOf("epoll");
        Exception? thrown = null;
        // The process would end: seen here instead.
        UnhandledExceptionEventHandler seen = (_, e) => { thrown = (Exception)e.ExceptionObject; Console.Error.WriteLine("REVIEW " + thrown); };
        AppDomain.CurrentDomain.UnhandledException += seen;
        for (var i = 0; i < 100_000 && thrown is null; i++)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            SocketWatch.PrepareRelayed(socket);
            var watch = loop.Connect(socket, target, new Events());
            Thread.SpinWait(i % 2000);
            watch.Close(orderly: false);
        }

        AppDomain.CurrentDomain.UnhandledException -= seen;
        Assert.Null(thrown);
    }

    private sealed class Events : ISocketEvents
    {
        public SemaphoreSlim Readable { get; } = new(0);

        public void OnReadable() => Readable.Release();

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
