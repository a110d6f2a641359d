using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// What the streams of one service are to a session's writer: they share a weight, a limit and a floor. The session makes
/// one for each service, and streams take it before they are attached. Holds nothing but the queue of its streams.
/// </summary>
public sealed class SendFlow
{
    /// <summary>Bytes a round of weight 1 is worth: with the default weight it is one batch block of full frames.</summary>
    internal const int QuantumOfWeight = 26_211;

    private SendQueue? _owner;
    private long _pausedSince;
    private long _pausedTicks;

    /// <summary>A flow of its own; a limit stays within <paramref name="parent"/> (a workspace's), when there is one.</summary>
    internal SendFlow(ServiceShare share, TimeProvider time, RateLimit? parent = null)
    {
        ArgumentNullException.ThrowIfNull(share);
        Quantum = share.Weight * QuantumOfWeight;
        Limit = share.LimitBitsPerSecond > 0 ? new RateLimit(share.LimitBitsPerSecond, time, parent) : parent;
        Floor = share.FloorBitsPerSecond > 0 ? new RateLimit(share.FloorBitsPerSecond, time) : null;
        Time = time;
    }

    internal int Quantum { get; }

    internal RateLimit? Limit { get; }

    internal RateLimit? Floor { get; }

    internal TimeProvider Time { get; }

    /// <summary>Streams that wait for their turn. This and all below: guarded by the send queue's lock.</summary>
    internal Queue<MuxStream> Waiting { get; } = new();

    /// <summary>Quiet streams that met the limit; they go first when it is over.</summary>
    internal Queue<MuxStream>? PausedQuiet { get; set; }

    /// <summary>What may still be sent in this round; below zero it is owed.</summary>
    internal long Deficit { get; set; }

    /// <summary>Whether it takes part in the rounds.</summary>
    internal bool IsActive { get; set; }

    /// <summary>Whether it waits for its limit.</summary>
    internal bool IsPaused { get; private set; }

    /// <summary>Most that the turn that was just given may send.</summary>
    internal int Grant { get; set; } = int.MaxValue;

    internal ITimer? Timer { get; set; }

    /// <summary>How long it waited for its limit so far, in ticks of its clock.</summary>
    internal long PausedTicks(long now) => _pausedTicks + (IsPaused ? now - _pausedSince : 0);

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

    /// <summary>A flow belongs to the first session that uses it: its state lies under that session's lock.</summary>
    internal bool TryBind(SendQueue queue) => (Interlocked.CompareExchange(ref _owner, queue, null) ?? queue) == queue;
}
