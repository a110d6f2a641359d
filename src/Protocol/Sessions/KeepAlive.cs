using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>Decides from three times whether to ping or to give up; pure.</summary>
public static class KeepAlive
{
    /// <summary>What to do now.</summary>
    /// <param name="sinceHeard">Since any byte arrived.</param>
    /// <param name="sincePing">Since the last ping was queued.</param>
    public static KeepAliveVerdict Decide(TimeSpan sinceHeard, TimeSpan sincePing)
    {
        if (sinceHeard >= ProtocolLimits.DeadInterval)
            return KeepAliveVerdict.Dead;
        return sincePing >= ProtocolLimits.PingInterval ? KeepAliveVerdict.Ping : KeepAliveVerdict.Wait;
    }
}

/// <summary>What <see cref="KeepAlive"/> decides.</summary>
public enum KeepAliveVerdict
{
    /// <summary>Nothing to do.</summary>
    Wait = 0,

    /// <summary>Send a PING.</summary>
    Ping = 1,

    /// <summary>The peer is gone.</summary>
    Dead = 2,
}
