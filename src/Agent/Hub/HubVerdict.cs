using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Agent;

/// <summary>What the hub's refusals mean for a command: code, words, and whether another try makes sense; pure.</summary>
internal static class HubVerdict
{
    /// <summary>A hub may ask for a pause, not for an agent that never comes back.</summary>
    public static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(1);

    public static AgentFailure Of(HubAddress hub, Refused refusal) => refusal.Code switch
    {
        RefusalCode.Version => Final(ExitCode.Version, $"{Said(hub, refusal.Text)}; update the hub or this agent ({AgentVersion.Text})"),
        RefusalCode.UnknownAgent => Final(ExitCode.Revoked,
            $"{Said(hub, refusal.Text)}; to enrol anew run  connect logout  and start again with a key ({TokenSource.Variable})"),
        RefusalCode.Revoked => Final(ExitCode.Revoked,
            $"{Said(hub, refusal.Text)}; to enrol anew run  connect logout  and start again with a new key"),
        RefusalCode.BadProof => Final(ExitCode.KeyRefused,
            $"{Said(hub, refusal.Text)}; if a proxy ends TLS in front of the hub it must not offer ALPN pconnect/1"),
        RefusalCode.BadHello => Final(ExitCode.Internal, Said(hub, refusal.Text)),
        _ => new AgentFailure(ExitCode.HubUnreachable, Said(hub, refusal.Text)) { RetryAfter = Pause(refusal.RetryAfter) },
    };

    /// <summary>The failure that a session's end is for its agent, or null where it connects again.</summary>
    public static AgentFailure? Of(HubAddress hub, SessionEnd end) => end.Reason switch
    {
        SessionEndReason.Superseded => Of(hub, GoAwayCode.Superseded),
        SessionEndReason.Revoked => Of(hub, GoAwayCode.Revoked),
        _ => Of(hub, end.Remote?.Code ?? GoAwayCode.Closing),
    };

    public static AgentFailure? Of(HubAddress hub, GoAwayCode code) => code switch
    {
        GoAwayCode.Superseded => Final(ExitCode.Revoked,
            $"another session of this agent took over at {hub}: a copy of this config folder is in use; "
            + "give each machine its own identity (connect logout, then enrol)"),
        GoAwayCode.Revoked => Final(ExitCode.Revoked,
            $"this agent was revoked at {hub}; to enrol anew run  connect logout  and start again with a new key"),
        _ => null,
    };

    public static AgentFailure Of(RequestFailed refusal) => new(
        refusal.Code switch
        {
            RequestFailure.UnknownService => ExitCode.UnknownService,
            RequestFailure.TryLater => ExitCode.HubUnreachable,
            _ => ExitCode.ServiceRefused,
        },
        refusal.Text);

    public static TimeSpan Pause(int milliseconds) =>
        TimeSpan.FromMilliseconds(Math.Clamp(milliseconds, 0, LongestPause.TotalMilliseconds));

    private static string Said(HubAddress hub, string text) => $"the hub at {hub} refused this agent: {text.TrimEnd('.')}";

    private static AgentFailure Final(ExitCode code, string text) => new(code, text) { IsFinal = true };
}
