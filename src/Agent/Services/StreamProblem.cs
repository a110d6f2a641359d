using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent;

/// <summary>Causes of resets in words; pure.</summary>
internal static class StreamProblem
{
    /// <summary>Null where the end is nobody's problem: orderly, or the connecting side hung up.</summary>
    public static string? Describe(StreamError error, string target) => error switch
    {
        StreamError.None or StreamError.PeerReset or StreamError.Cancelled or StreamError.Shutdown => null,
        StreamError.TargetRefused => $"target {target} refused the connection",
        StreamError.TargetTimeout => $"target {target} did not answer",
        StreamError.TargetUnreachable => $"target {target} cannot be reached",
        StreamError.TargetUnknownHost => $"the name of target {target} does not resolve",
        StreamError.TargetForbidden => $"target {target} is an address this agent does not dial",
        StreamError.UnknownService => "no such service is exposed now",
        StreamError.AgentAway => "the agent that exposes it is away",
        StreamError.Budget => "too many bytes wait for slow readers: a connection was refused or reset",
        StreamError.TooManyStreams => "too many connections at once",
        StreamError.SessionLost => "connections were lost with the session",
        StreamError.ServiceGone => "the service was withdrawn",
        StreamError.Killed => "a connection was ended by hand at the hub",
        StreamError.Paused => "the service is paused at the hub",
        StreamError.Idle => "a half-closed connection was idle for too long",
        _ => $"a connection was reset ({error})",
    };
}
