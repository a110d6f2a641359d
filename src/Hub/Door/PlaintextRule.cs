using System.Net;
using System.Net.Sockets;
using System.Text;

namespace PrivateConnect.Hub.Door;

/// <summary>Who may speak HTTP without TLS: this machine and configured proxies.</summary>
internal sealed class PlaintextRule(IReadOnlyList<IPNetwork> proxies)
{
    private static readonly byte[] Refusal = MakeRefusal();

    public bool Allows(IPAddress remote) => IPAddress.IsLoopback(remote) || proxies.Any(p => p.Contains(remote));

    /// <summary>Says why in a form that browsers and curl show, and ends in order so that the answer arrives.</summary>
    public static async Task RefuseAsync(Socket socket)
    {
        await socket.SendAsync(Refusal, SocketFlags.None);
        socket.Shutdown(SocketShutdown.Send);
        var scrap = new byte[1024];
        for (var read = 0; read < DoorLimits.RefusedRequestBytes;)
        {
            var got = await socket.ReceiveAsync(scrap.AsMemory(), SocketFlags.None);
            if (got == 0)
                break;
            read += got;
        }

        socket.LingerState = new LingerOption(false, 0);
    }

    private static byte[] MakeRefusal()
    {
        const string Text = "This port takes plain HTTP from the hub's own machine and from TRUSTED_PROXIES only: use https://\n";
        return Encoding.ASCII.GetBytes(
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/plain\r\nConnection: close\r\n" +
            $"Content-Length: {Text.Length}\r\n\r\n{Text}");
    }
}
