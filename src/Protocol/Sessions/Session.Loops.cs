using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

public sealed partial class Session
{
    private long _lastHeard;
    private long _lastPing;
    private int _ticks;
    private RoundTripTime _roundTrip;
    private readonly RecentTimes _pingTimes = new();

    /// <summary>Streams are looked through for idle half-closed ones once a minute.</summary>
    private const int TicksPerIdleScan = 60;

    private async Task ReceiveAsync()
    {
        try
        {
            await new SchedulerYield(Scheduler);
            var ending = await new ReceiveLoop(this, _transport).RunAsync().ConfigureAwait(false);
            if (ending is { } broken)
                Close(SessionEndReason.ProtocolViolation, broken);
            else
                OnTransportEnd("the connection ended");
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            OnTransportEnd(e.Message);
        }
        catch (Exception e)
        {
            // A defect of ours must cost this session only.
            Close(SessionEndReason.InternalError, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private async Task SendAsync()
    {
        try
        {
            await new SchedulerYield(Scheduler);
            await new SendLoop(this, _transport).RunAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (IsTransportFailure(e))
        {
            OnTransportEnd(e.Message);
        }
        catch (Exception e)
        {
            // A defect of ours must cost this session only.
            End(SessionEndReason.InternalError, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private static bool IsTransportFailure(Exception e) =>
        e is IOException or ObjectDisposedException or System.Net.Sockets.SocketException or OperationCanceledException
            or System.Security.Authentication.AuthenticationException or InvalidOperationException { Source: "System.Net.Security" };

    /// <summary>A transport's end means what the peer's GOAWAY said before, else that the connection was lost.</summary>
    private void OnTransportEnd(string text)
    {
        var goAway = _remoteGoAway;
        var reason = goAway is null ? SessionEndReason.ConnectionLost : ReasonOf(goAway.Code);
        End(reason, goAway is { Text.Length: > 0 } ? goAway.Text : text);
    }

    private static SessionEndReason ReasonOf(GoAwayCode code) => code switch
    {
        GoAwayCode.Superseded => SessionEndReason.Superseded,
        GoAwayCode.Revoked => SessionEndReason.Revoked,
        GoAwayCode.ProtocolViolation or GoAwayCode.Flood => SessionEndReason.ViolationReported,
        _ => SessionEndReason.RemoteClose,
    };

    internal void OnReceived(int count)
    {
        Volatile.Write(ref _bytesIn, _bytesIn + count);
        Volatile.Write(ref _lastHeard, Time.GetTimestamp());
    }

    /// <summary>What was received is where it belongs.</summary>
    internal void OnHandled() => Volatile.Write(ref _handledIn, _bytesIn);

    /// <summary>A PING or PONG of so many bytes was made for the wire.</summary>
    internal int OnAliveSent(int length)
    {
        Volatile.Write(ref _aliveOut, _aliveOut + length);
        return length;
    }

    internal void OnWriting() => Volatile.Write(ref _writingSince, Time.GetTimestamp());

    /// <summary>A write that was done at once was work of ours; one that had to wait was the connection's.</summary>
    internal void OnWritten(int count, bool wasBlocked)
    {
        if (wasBlocked)
            Volatile.Write(ref _blockedTicks, _blockedTicks + Time.GetTimestamp() - _writingSince);
        Volatile.Write(ref _writingSince, 0);
        Volatile.Write(ref _bytesOut, _bytesOut + count);
    }

    /// <summary>Once a second, on the heartbeat.</summary>
    internal void OnTick()
    {
        try
        {
            Tick();
        }
        catch (Exception e)
        {
            // A defect of ours must cost this session only.
            End(SessionEndReason.InternalError, $"{e.GetType().Name}: {e.Message}");
        }
    }

    private void Tick()
    {
        var now = Time.GetTimestamp();
        var writing = Volatile.Read(ref _writingSince);
        if (writing != 0 && Time.GetElapsedTime(writing, now) > ProtocolLimits.WriteStall)
        {
            End(SessionEndReason.WriteStalled, $"the peer did not take one batch in {ProtocolLimits.WriteStall.TotalSeconds:0} s");
            return;
        }

        switch (KeepAlive.Decide(
            Time.GetElapsedTime(Volatile.Read(ref _lastHeard), now), Time.GetElapsedTime(_lastPing, now)))
        {
            case KeepAliveVerdict.Ping:
                _lastPing = now;
                Sending.AddPing(now);
                break;
            case KeepAliveVerdict.Dead:
                End(SessionEndReason.Silent, $"nothing was heard for {ProtocolLimits.DeadInterval.TotalSeconds:0} s");
                return;
        }

        if (!Held.MayGrow)
            ResetStalled(now);
        if (++_ticks % TicksPerIdleScan != 0)
            return;
        foreach (var stream in _streams.Snapshot())
            stream.OnTick(now, ProtocolLimits.HalfClosedIdle);
    }

    /// <summary>
    /// Who reads nothing must not keep newcomers out for good: its memory is theirs, as far as a budget needs it back.
    /// </summary>
    private void ResetStalled(long now)
    {
        foreach (var stream in _streams.Snapshot())
        {
            if (!stream.IsStalled(now, ProtocolLimits.StallUnderPressure))
                continue;
            stream.Reset(StreamError.Budget);
            if (Held.MayGrow)
                return;
        }
    }
}
