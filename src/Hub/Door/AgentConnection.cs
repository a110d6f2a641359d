using System.Net;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// An agent's connection before its first frame. Whoever gets it owns <paramref name="Stream"/>, must authenticate it by
/// <paramref name="Deadline"/> and then call <see cref="Authenticated"/>; the door cuts it at the deadline otherwise.
/// </summary>
/// <param name="Stream">TLS, or the bytes after a 101.</param>
/// <param name="Transport">The socket under the TLS; null after an Upgrade that the HTTP server carried.</param>
/// <param name="Loop">The loop that the connection is pinned to.</param>
/// <param name="Binding">SHA-256 of the SPKI of the certificate used; 32 zero bytes where the hub ended no TLS itself.</param>
/// <param name="Remote">Who connected, IPv4 never in its mapped form.</param>
/// <param name="Deadline">Accept plus <see cref="DoorLimits.AuthenticateWithin"/>.</param>
public sealed record AgentConnection(
    Stream Stream, SocketTransport? Transport, RelayLoop Loop, byte[] Binding, IPEndPoint Remote, DateTimeOffset Deadline)
{
    /// <summary>Frees the connection's place among the unauthenticated and lifts the deadline. False: it was cut already.</summary>
    public Func<bool> Authenticated { get; init; } = static () => true;
}
