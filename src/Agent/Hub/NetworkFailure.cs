using System.Net.Sockets;
using System.Security.Authentication;

namespace PrivateConnect.Agent;

/// <summary>Puts what the network said into one sentence; pure.</summary>
internal static class NetworkFailure
{
    /// <summary>Null where the exception is none of the network's.</summary>
    public static AgentFailure? Describe(HubAddress hub, Exception error, CertificateCheck? check)
    {
        if (check?.Failure is { } refused)
            return refused;
        for (var cause = error; cause is not null; cause = cause.InnerException)
        {
            if (cause is AgentFailure known)
                return known;
            if (cause is SocketException socket)
                return Unreachable(hub, Words(socket.SocketErrorCode, hub));
        }

        return error switch
        {
            AuthenticationException => Unreachable(hub, $"it speaks no TLS 1.3 that this agent accepts; is {hub.Authority} the hub's API port?"),
            InvalidDataException => Unreachable(hub, $"it gave {error.Message}; is {hub.Authority} the hub's API port?"),
            HttpRequestException or IOException => Unreachable(hub, "it ended the connection; is this the hub's API port?"),
            _ => null,
        };
    }

    public static AgentFailure TimedOut(HubAddress hub, TimeSpan limit) =>
        Unreachable(hub, $"it did not answer within {limit.TotalSeconds:0} s; check the address and the firewalls in between");

    private static AgentFailure Unreachable(HubAddress hub, string why) => new(ExitCode.HubUnreachable, $"cannot reach the hub at {hub}: {why}");

    private static string Words(SocketError error, HubAddress hub) => error switch
    {
        SocketError.ConnectionRefused => "nothing listens there; is the hub running, and is the port right?",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {hub.Host} does not resolve; check --hub",
        SocketError.TimedOut => "no answer; check the address and the firewalls in between",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable or SocketError.NetworkDown => "no route to it; check this machine's network",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "it reset the connection",
        _ => $"{error}",
    };
}
