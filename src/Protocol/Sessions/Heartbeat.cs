namespace PrivateConnect.Protocol.Sessions;

/// <summary>One clock per process that ticks every session once a second; sessions hold no timer of their own.</summary>
public sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ITimer? _timer;
    private Session[] _sessions = [];

    /// <summary>Ticks once a second on <paramref name="time"/>.</summary>
    public Heartbeat(TimeProvider time)
    {
        Time = time;
        _timer = time.CreateTimer(static o => ((Heartbeat)o!).Tick(), this, s_period, s_period);
    }

    /// <summary>A thread of its own: for each beat a timer wakes the timers' thread twice and two threads of the pool.</summary>
    private Heartbeat()
    {
        Time = TimeProvider.System;
        new Thread(Run) { IsBackground = true, Name = "heartbeat" }.Start();
    }

    /// <summary>
    /// After the sessions' tick: work of the process that is due every second, or every few beats. It must not block, for
    /// sessions live by this thread. What it throws costs this one call.
    /// </summary>
    public event Action? Beat;

    /// <summary>Told of a defect that somebody's beat let escape; on the heartbeat's thread. For the log; it must not throw.</summary>
    public event Action<Exception>? Defect;

    /// <summary>The process's heartbeat on the system's monotonic clock. Never disposed of.</summary>
    public static Heartbeat Shared { get; } = new();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public void Dispose() => _timer?.Dispose();

    internal void Add(Session session)
    {
        lock (_gate)
            _sessions = [.. _sessions, session];
    }

    internal void Remove(Session session)
    {
        lock (_gate)
            _sessions = Array.FindAll(_sessions, s => s != session);
    }

    private void Run()
    {
        using var never = new ManualResetEvent(false);
        var due = Time.GetTimestamp();
        var period = (long)(s_period.TotalSeconds * Time.TimestampFrequency);
        while (true)
        {
            // Beats keep their phase: histories count them as seconds. After a sleep of the machine they begin anew.
            due += period;
            var wait = Time.GetElapsedTime(Time.GetTimestamp(), due);
            if (wait < -s_period)
                due = Time.GetTimestamp();
            else if (wait > TimeSpan.Zero)
                never.WaitOne(wait);
            Tick();
        }
    }

    private void Tick()
    {
        foreach (var session in Volatile.Read(ref _sessions))
            session.OnTick();
        foreach (var beat in Delegate.EnumerateInvocationList(Beat))
        {
            try
            {
                beat();
            }
            catch (Exception e)
            {
                // A defect of ours must cost its own work, not the thread that every session lives by.
                Defect?.Invoke(e);
            }
        }
    }
}
