namespace PrivateConnect.Web.Live;

/// <summary>How streams end, for people. The log and the API have the causes' own names.</summary>
internal static class EndWords
{
    /// <summary>What a cause means; a cause that has no words here is shown by its name.</summary>
    public static string Of(string cause) => cause switch
    {
        "in order" => "in order",
        "PeerReset" => "reset by visitor or target",
        "TargetRefused" => "refused by the target",
        "TargetTimeout" => "without an answer of the target",
        "TargetUnreachable" => "as the target cannot be reached",
        "TargetUnknownHost" => "as the target's name is unknown",
        "TargetForbidden" => "as the agent may not dial the target",
        "AgentAway" => "as the agent was away",
        "Budget" => "for lack of memory",
        "TooManyStreams" => "as there were too many",
        "SessionLost" => "with the agent's connection",
        "ServiceGone" => "with the service",
        "Idle" => "half-closed and idle",
        "Shutdown" => "by a shutdown",
        "Cancelled" => "cancelled",
        "Revoked" => "as the right to it ended",
        "Killed" => "ended by hand",
        "Paused" => "by a pause",
        _ => cause,
    };
}
