using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// What the streams of one service are to a session's writer: they share a weight, a limit and a floor. The session makes
/// one for each service, and streams take it before they are attached. The share may change while they live. Holds nothing
/// but the queue of its streams.
/// </summary>
public sealed class SendFlow
{
    /// <summary>Bytes a round of weight 1 is worth: with the default weight it is one batch block of full frames.</summary>
    internal const int QuantumOfWeight = 26_211;

    private RateLimit? _parent;
    private ServiceShare _share;
    private SendQueue? _owner;
    private long _pausedSince;
    private long _pausedTicks;

    /// <summary>A flow of its own; a limit stays within <paramref name="parent"/> (a workspace's), when there is one.</summary>
    internal SendFlow(ServiceShare share, TimeProvider time, RateLimit? parent = null)
    {
        ArgumentNullException.ThrowIfNull(share);
        (Time, _parent, _share) = (time, parent, share);
        Take(share);
    }

    /// <summary>From OPEN to OPENED, of its last streams; null before the first. Written on the session's receive loop.</summary>
    public RecentTimes? OpenTimes { get; private set; }

    internal TimeProvider Time { get; }

    /// <summary>What a round is worth. This and all below: guarded by the send queue's lock.</summary>
    internal int Quantum { get; private set; }

    internal RateLimit? Limit { get; private set; }

    internal RateLimit? Floor { get; private set; }

    /// <summary>Streams that wait for their turn.</summary>
    internal Queue<MuxStream> Waiting { get; } = new();

    /// <summary>Quiet streams that met the limit; they go first when it is over.</summary>
    internal Queue<MuxStream>? PausedQuiet { get; set; }

    /// <summary>What may still be sent in this round; below zero it is owed.</summary>
    internal long Deficit { get; set; }

    /// <summary>Whether it takes part in the rounds.</summary>
    internal bool IsActive { get; set; }

    /// <summary>Whether it waits for its limit.</summary>
    internal bool IsPaused { get; private set; }

    /// <summary>Most that the turn that was just given may send; the send loop reads it during the turn.</summary>
    internal int Grant { get; set; } = int.MaxValue;

    internal ITimer? Timer { get; set; }

    /// <summary>How long it waited for its limit so far, in ticks of its clock.</summary>
    internal long PausedTicks(long now) => _pausedTicks + (IsPaused ? now - _pausedSince : 0);

    internal void OnOpened(TimeSpan took) => (OpenTimes ??= new RecentTimes()).Add(took);

    internal void OnPaused()
    {
        IsPaused = true;
        _pausedSince = Time.GetTimestamp();
    }

    internal void OnResumed()
    {
        IsPaused = false;
        _pausedTicks += Time.GetTimestamp() - _pausedSince;
    }

    /// <summary>From now on this share holds. What it owes in the rounds it still owes; what it had left is one round of the new weight at most.</summary>
    internal void Take(ServiceShare share)
    {
        _share = share;
        Quantum = share.Weight * QuantumOfWeight;
        Limit = share.LimitBitsPerSecond > 0 ? new RateLimit(share.LimitBitsPerSecond, Time, _parent) : _parent;
        Floor = share.FloorBitsPerSecond > 0 ? new RateLimit(share.FloorBitsPerSecond, Time) : null;
        Deficit = Math.Min(Deficit, Quantum);
        // Nobody sets it anew where there is no limit any more.
        Grant = int.MaxValue;
    }

    /// <summary>From now on it stays within this, or within nothing beyond its own limit.</summary>
    internal void Enter(RateLimit? parent)
    {
        _parent = parent;
        Take(_share);
    }

    /// <summary>A flow belongs to the first session that uses it: its state lies under that session's lock.</summary>
    internal bool TryBind(SendQueue queue) => (Interlocked.CompareExchange(ref _owner, queue, null) ?? queue) == queue;
}
