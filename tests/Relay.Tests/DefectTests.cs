using System.Net.Sockets;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>What a callback on a loop lets escape costs its own work: on a thread of the loop or the pool it would end the process.</summary>
public sealed class DefectTests
{
    [Theory]
    [MemberData(nameof(RelayRig.Loops), MemberType = typeof(RelayRig))]
    public async Task ASocketsDefectCostsThatSocketAndIsTold(string loopName)
    {
        var defect = new InvalidOperationException("planted");
        using var told = new Told(defect);
        var (visitor, ours) = await SocketPair.CreateAsync();
        using var _ = visitor;
        var watch = RelayRig.LoopOf(loopName).Watch(ours, new Failing(defect));
        watch.ArmReadable();
        await visitor.SendAllAsync("x"u8.ToArray());
        await told.Task.WithinCap();
        // Closed with a byte unread: reset, or the end where the byte had been taken.
        var end = await Record.ExceptionAsync(visitor.ReadAllAsync);
        Assert.True(end is null or SocketException, end?.ToString());
    }

    [Theory]
    [MemberData(nameof(RelayRig.Loops), MemberType = typeof(RelayRig))]
    public async Task AScheduledDefectIsToldAndWhatComesNextRuns(string loopName)
    {
        var defect = new InvalidOperationException("planted");
        var loop = RelayRig.LoopOf(loopName);
        // Who is told fails as well: nobody is left to catch that.
        Action<Exception> failing = e =>
        {
            if (e == defect) throw new InvalidOperationException("planted too");
        };
        using var told = new Told(defect);
        RelayLoop.Defect += failing;
        loop.Schedule(_ => throw defect, null);
        await told.Task.WithinCap();
        RelayLoop.Defect -= failing;
        var ran = new TaskCompletionSource();
        loop.Schedule(_ => ran.SetResult(), null);
        await ran.Task.WithinCap();
    }

    private sealed class Told : IDisposable
    {
        private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Exception _defect;

        public Told(Exception defect)
        {
            _defect = defect;
            RelayLoop.Defect += OnDefect;
        }

        public Task Task => _told.Task;

        public void Dispose() => RelayLoop.Defect -= OnDefect;

        private void OnDefect(Exception defect)
        {
            if (defect == _defect) _told.TrySetResult();
        }
    }

    private sealed class Failing(Exception defect) : ISocketEvents
    {
        public void OnReadable() => throw defect;

        public void OnWritable() => throw defect;

        public void OnHangup()
        {
            // The visitor's own end.
        }

        public void OnConnected(SocketWatch watch, SocketError error) => throw defect;
    }
}
