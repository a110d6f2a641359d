using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>Connections that never leave this machine: no network lies between, so nothing is congested and nothing needs pacing.</summary>
/// <remarks>
/// Where the system's congestion control paces (BBR), every segment to a service on the agent's own machine waits for a timer:
/// a third of the processor time of a byte (decisions/0035). Reno paces nothing, is in every kernel and is allowed to everybody.
/// </remarks>
public static class LocalPath
{
    private const int TcpCongestion = 13;

    /// <summary>
    /// Takes the pacing off a socket whose other end is, or will be, <paramref name="peer"/>, when that is this machine. For a
    /// listener: its own address, when only this machine can reach it; what it accepts inherits the choice.
    /// </summary>
    public static void Unpace(Socket socket, EndPoint? peer)
    {
        if (!OperatingSystem.IsLinux() || peer is not IPEndPoint { Address: var address } || !IPAddress.IsLoopback(address))
            return;
        try
        {
            socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpCongestion, "reno"u8);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // A kernel or sandbox that does not allow the choice: the connection works as it is, only slower.
        }
    }
}
