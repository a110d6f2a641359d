using System.Collections.Concurrent;
using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Relay;

/// <summary>
/// The Linux loop: one thread, one edge-triggered epoll. Everything a turn's events ask for is done at the end of the
/// turn, so that many ready sockets share one batch of the session's writer.
/// </summary>
internal sealed unsafe class EpollLoop : RelayLoop
{
    /// <summary>Events taken at once: more than two cores make busy, small enough for one page.</summary>
    private const int EventsPerTurn = 256;

    /// <summary>Rounds of scheduled work between two looks at the sockets.</summary>
    private const int RoundsPerTurn = 4;

    /// <summary>
    /// Longer than this the sockets are not left alone: beside bulk every round is one batch, and a keystroke waits behind it.
    /// </summary>
    private static readonly TimeSpan s_turn = TimeSpan.FromMicroseconds(50);

    /// <summary>
    /// Newcomers of a turn, some 40 µs each: whoever connects to many ports at once holds nobody up by more than a third of a
    /// millisecond. The others wait in the kernel.
    /// </summary>
    private const int AcceptsPerTurn = 8;

    /// <summary>The eventfd's mark among the entries' marks.</summary>
    private const ulong WakeMark = ulong.MaxValue;

    /// <summary>Of an entry that is in no table.</summary>
    internal const ulong NoMark = ulong.MaxValue - 1;

    [ThreadStatic]
    private static EpollLoop? t_current;

    private readonly int _epoll;
    private readonly int _wake;
    private readonly Thread _thread;
    private readonly ConcurrentQueue<(Action<object?> Action, object? State)> _remote = new();
    private readonly Lock _gate = new();
    private readonly Stack<int> _freeSlots = new();
    private IEpollEntry?[] _entries = new IEpollEntry?[64];
    private int _usedSlots;
    private uint _generation;
    private List<(Action<object?> Action, object? State)> _local = new(64);
    private List<(Action<object?> Action, object? State)> _running = new(64);
    private readonly List<EpollAccept> _knocking = [];
    private int _nextKnocking;
    private LookBeforeSleep _look = new(Environment.ProcessorCount);
    private long _turnBegan;
    private int _wakePending;
    private volatile int _threadId;

    public EpollLoop()
    {
        _epoll = Libc.epoll_create1(Libc.EPOLL_CLOEXEC);
        _wake = Libc.eventfd(0, Libc.EFD_NONBLOCK | Libc.EFD_CLOEXEC);
        if (_epoll < 0 || _wake < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The event loop cannot start: out of descriptors?");
        Control(Libc.EPOLL_CTL_ADD, _wake, Libc.EPOLLIN | Libc.EPOLLET, WakeMark);
        _thread = new Thread(Run) { IsBackground = true, Name = "relay" };
        _thread.Start();
    }

    public override void Schedule(Action<object?> action, object? state)
    {
        if (t_current == this)
        {
            _local.Add((action, state));
            return;
        }

        _remote.Enqueue((action, state));
        if (Interlocked.Exchange(ref _wakePending, 1) == 0)
        {
            ulong one = 1;
            _ = Libc.write(_wake, &one, sizeof(ulong));
        }
    }

    public override LoopTime ReadTime() => LoopTime.OfThread(_threadId);

    internal override SocketWatch Watch(Socket socket, ISocketEvents events)
    {
        var watch = new EpollWatch(this, socket, events);
        watch.Register(isConnecting: false);
        return watch;
    }

    internal override IAsyncDisposable Accept(Socket listening, Action<Socket> accepted) =>
        new EpollAccept(this, listening, accepted);

    internal override SocketWatch Connect(Socket socket, EndPoint target, ISocketEvents events)
    {
        var watch = new EpollWatch(this, socket, events);
        socket.Blocking = false;
        var address = target.Serialize();
        int result;
        fixed (byte* bytes = address.Buffer.Span)
            result = Libc.connect((int)socket.Handle, bytes, (uint)address.Size);
        var error = result == 0 ? 0 : Marshal.GetLastPInvokeError();
        if (error is 0 or Libc.EINPROGRESS)
            watch.Register(isConnecting: true);
        else
            Schedule(static o => ((EpollWatch)o!).FailConnect(), watch);
        return watch;
    }

    /// <summary>Gives the entry a mark that no earlier one had, and adds its socket.</summary>
    internal void Add(IEpollEntry entry, int fd, uint events)
    {
        lock (_gate)
        {
            if (!_freeSlots.TryPop(out var slot))
            {
                if (_usedSlots == _entries.Length)
                    Array.Resize(ref _entries, _entries.Length * 2);
                slot = _usedSlots++;
            }

            var mark = ((ulong)(++_generation & 0x7fffffff) << 32) | (uint)slot;
            entry.Mark = mark;
            _entries[slot] = entry;
            try
            {
                Control(Libc.EPOLL_CTL_ADD, fd, events, mark);
            }
            catch
            {
                // Closing it later must not free a slot that is somebody else's by then.
                entry.Mark = NoMark;
                _entries[slot] = null;
                _freeSlots.Push(slot);
                throw;
            }
        }
    }

    /// <summary>Forgets the entry; events of its mark that are under way find nobody.</summary>
    internal void Remove(ulong mark)
    {
        if (mark == NoMark)
            return;
        lock (_gate)
        {
            var slot = (int)(uint)mark;
            _entries[slot] = null;
            _freeSlots.Push(slot);
        }
    }

    /// <summary>As <see cref="Remove"/>, for a socket that lives on.</summary>
    internal void Forget(ulong mark, int fd)
    {
        Remove(mark);
        _ = Libc.epoll_ctl(_epoll, Libc.EPOLL_CTL_DEL, fd, null);
    }

    private void Control(int operation, int fd, uint events, ulong mark)
    {
        var bytes = stackalloc byte[16];
        Libc.WriteEvent(bytes, new Libc.Event { Events = events, Data = mark });
        if (Libc.epoll_ctl(_epoll, operation, fd, bytes) < 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), "The event loop cannot watch a socket.");
    }

    private void Run()
    {
        t_current = this;
        _threadId = Libc.gettid();
        var size = Libc.EventSize;
        var events = stackalloc byte[EventsPerTurn * 16];
        var count = 0;
        while (true)
        {
            count = _local.Count > 0 || !_remote.IsEmpty
                ? Libc.epoll_wait(_epoll, events, EventsPerTurn, 0)
                : Wait(events, count);
            for (var i = 0; i < count; i++)
                Dispatch(Libc.ReadEvent(events + i * size));
            AcceptSome();
            RunScheduled();
        }
    }

    /// <summary>Until something is ready: asks for a moment where that pays, then sleeps.</summary>
    private int Wait(byte* events, int lastCount)
    {
        var since = Stopwatch.GetTimestamp();
        _look.TurnEnds(lastCount, Libc.ReadEvent(events).Data, since - _turnBegan);
        var count = 0;
        if (_look.IsWorthIt)
        {
            do
            {
                count = Libc.epoll_wait(_epoll, events, EventsPerTurn, 0);
                if (count != 0)
                    break;
                // Whoever is to answer may be waiting for this very core.
                _ = Libc.sched_yield();
            }
            while (Stopwatch.GetTimestamp() - since < LookBeforeSleep.Longest);
        }

        if (count == 0)
            count = Libc.epoll_wait(_epoll, events, EventsPerTurn, -1);
        _turnBegan = Stopwatch.GetTimestamp();
        _look.PauseEnds(_turnBegan - since);
        return count;
    }

    private void Dispatch(Libc.Event ev)
    {
        if (ev.Data == WakeMark)
        {
            ulong ignored;
            _ = Libc.read(_wake, &ignored, sizeof(ulong));
            // A full fence: the queue must not be looked at before the flag is down.
            Interlocked.Exchange(ref _wakePending, 0);
            return;
        }

        var slot = (int)(uint)ev.Data;
        if (Volatile.Read(ref _entries)[slot] is { } entry && entry.Mark == ev.Data)
        {
            if (entry is EpollAccept accept)
            {
                _knocking.Add(accept);
                return;
            }

            try
            {
                entry.OnEvents(ev.Events);
            }
            catch (Exception e)
            {
                // A defect of ours must cost one socket, not the process.
                entry.Close(orderly: false);
                Report(e);
            }
        }
    }

    /// <summary>After the data of those that are here. Ports take turns: the kernel tells of them in the same order each time.</summary>
    private void AcceptSome()
    {
        var most = Math.Min(_knocking.Count, AcceptsPerTurn);
        for (var i = 0; i < most; i++)
            _knocking[_nextKnocking++ % _knocking.Count].OnEvents(Libc.EPOLLIN);
        if (_nextKnocking > int.MaxValue / 2)
            _nextKnocking = 0;
        _knocking.Clear();
    }

    private void RunScheduled()
    {
        for (var left = _remote.Count; left > 0 && _remote.TryDequeue(out var item); left--)
            Run(item.Action, item.State);
        // What the work itself schedules is mostly the other loop of the same session: a few rounds save a system call each.
        var since = Stopwatch.GetTimestamp();
        for (var round = 0; round < RoundsPerTurn && _local.Count > 0; round++)
        {
            if (round > 0 && Stopwatch.GetElapsedTime(since) > s_turn)
                return;
            (_local, _running) = (_running, _local);
            foreach (var (action, state) in _running)
                Run(action, state);
            _running.Clear();
        }
    }
}
