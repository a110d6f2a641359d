using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Hub.Agents;

/// <summary>Why a tunnel port cannot be listened on that nobody has.</summary>
/// <param name="Text">For whoever asked for the port.</param>
/// <param name="IsShortage">The hub lacks something that it would lack for every other port too.</param>
internal sealed record PortFault(string Text, bool IsShortage)
{
    /// <summary>Null: a stranger listens there, and another port will do.</summary>
    public static PortFault? Of(Win32Exception error, IPEndPoint at) => (error as SocketException)?.SocketErrorCode switch
    {
        SocketError.AddressAlreadyInUse => null,
        SocketError.TooManyOpenSockets => Shortage(
            at, "it has no file descriptors left: raise its limit (ulimit -n, LimitNOFILE), or end streams"),
        SocketError.NoBufferSpaceAvailable => Shortage(at, "its machine has no memory left for sockets: free some, then expose it again"),
        SocketError.AccessDenied => Only(at, "its machine does not allow it (ports below 1024 need rights): give it other TUNNEL_PORTS"),
        SocketError.AddressNotAvailable => Only(at, "its machine has no such address: correct TUNNEL_BIND"),
        _ => Only(at, $"its machine says '{error.Message}'"),
    };

    private static PortFault Shortage(IPEndPoint at, string why) => new(Sentence(at, why), true);

    private static PortFault Only(IPEndPoint at, string why) => new(Sentence(at, why), false);

    private static string Sentence(IPEndPoint at, string why) => $"The hub cannot listen on {at}: {why}.";
}
