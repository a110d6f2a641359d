using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// Deficit round robin over flows, and plain turns among the streams of one (after Shreedhar and Varghese, 1995). A turn
/// may overdraw, which the next rounds pay: frames stay as large as they can be, whatever the weight. A flow below its
/// floor goes before the rounds. Pure but for the limits' clock; guarded by the send queue's lock.
/// </summary>
internal sealed class FlowScheduler
{
    /// <summary>Most a flow can owe: what it got as quiet or by its floor beyond this is forgiven.</summary>
    private const long MaxDebt = 16 * ProtocolLimits.MaxPayload;

    private readonly Queue<SendFlow> _active = new();
    private int _floors;

    /// <summary>Whether somebody may be waiting.</summary>
    public bool HasWork => _active.Count > 0;

    public void Enqueue(MuxStream stream)
    {
        stream.Flow.Waiting.Enqueue(stream);
        Activate(stream.Flow);
    }

    /// <summary>The stream whose turn it is; a flow that met its limit is handed out instead, to be resumed later.</summary>
    public MuxStream? Next(out SendFlow? paused)
    {
        paused = null;
        if (_floors > 0 && _active.Count > 1 && BelowFloor() is { } owed)
            return owed.Waiting.Dequeue();
        while (_active.TryPeek(out var flow))
        {
            if (flow.Waiting.Count == 0)
            {
                Deactivate(flow);
                continue;
            }

            if (flow.Deficit <= 0)
            {
                flow.Deficit += flow.Quantum;
                _active.Enqueue(_active.Dequeue());
                continue;
            }

            if (MayTurn(flow))
                return flow.Waiting.Dequeue();
            Deactivate(flow);
            paused = flow;
            return null;
        }

        return null;
    }

    /// <summary>Looks at the limit, if there is one, and sets what the turn may send.</summary>
    public static bool MayTurn(SendFlow flow) => flow.Limit is null || (flow.Grant = flow.Limit.Available) > 0;

    /// <summary>What was sent counts, whichever way the turn was come by.</summary>
    public static void Charge(SendFlow flow, int bytes)
    {
        flow.Deficit = Math.Max(flow.Deficit - bytes, -MaxDebt);
        flow.Limit?.Spend(bytes);
        flow.Floor?.Spend(bytes);
    }

    /// <summary>Gives a flow another share, wherever it stands.</summary>
    public void Change(SendFlow flow, ServiceShare share)
    {
        var hadFloor = flow.Floor is not null;
        flow.Take(share);
        if (flow.IsActive)
            _floors += (flow.Floor is not null ? 1 : 0) - (hadFloor ? 1 : 0);
    }

    /// <summary>The limit of a paused flow is over: whoever waits takes part again.</summary>
    public void Resume(SendFlow flow)
    {
        if (flow.Waiting.Count > 0)
            Activate(flow);
    }

    public void Clear()
    {
        while (_active.TryDequeue(out var flow))
            flow.Waiting.Clear();
    }

    private void Activate(SendFlow flow)
    {
        if (flow.IsActive || flow.IsPaused)
            return;
        flow.IsActive = true;
        // What it did not use while it was away is gone, what it owes is not.
        flow.Deficit = Math.Min(flow.Deficit, 0) + flow.Quantum;
        _active.Enqueue(flow);
        if (flow.Floor is not null)
            _floors++;
    }

    /// <summary>Takes out the flow at the head.</summary>
    private void Deactivate(SendFlow flow)
    {
        _active.Dequeue();
        flow.IsActive = false;
        if (flow.Floor is not null)
            _floors--;
    }

    private SendFlow? BelowFloor()
    {
        foreach (var flow in _active)
        {
            if (flow.Floor is { Available: > 0 } && flow.Waiting.Count > 0 && MayTurn(flow))
                return flow;
        }

        return null;
    }
}
