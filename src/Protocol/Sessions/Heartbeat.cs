namespace PrivateConnect.Protocol.Sessions;

/// <summary>One timer per process that ticks every session; sessions hold none of their own.</summary>
public sealed class Heartbeat : IDisposable
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly ITimer _timer;
    private Session[] _sessions = [];

    /// <summary>Ticks once a second on <paramref name="time"/>.</summary>
    public Heartbeat(TimeProvider time)
    {
        Time = time;
        _timer = time.CreateTimer(static o => ((Heartbeat)o!).Tick(), this, s_period, s_period);
    }

    /// <summary>The process's heartbeat on the system's monotonic clock.</summary>
    public static Heartbeat Shared { get; } = new(TimeProvider.System);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <inheritdoc/>
    public void Dispose() => _timer.Dispose();

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

    private void Tick()
    {
        foreach (var session in Volatile.Read(ref _sessions))
            session.OnTick();
    }
}
