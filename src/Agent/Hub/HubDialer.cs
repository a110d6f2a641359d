using System.Net;
using System.Net.Sockets;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>DNS and TCP: tries the hub's addresses in turn.</summary>
internal static class HubDialer
{
    /// <summary>One dead address (often IPv6 without a route) must leave time for the next within the whole limit.</summary>
    private static readonly TimeSpan PerAddress = TimeSpan.FromSeconds(3);

    public static async Task<Socket> DialAsync(
        HubAddress hub, RelayLoop loop, TimeProvider time, CancellationToken cancellation)
    {
        var addresses = await Dns.GetHostAddressesAsync(hub.Host, cancellation);
        if (addresses.Length == 0)
            throw new SocketException((int)SocketError.HostNotFound);
        for (var i = 0; ; i++)
        {
            var socket = new Socket(addresses[i].AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            var address = new IPEndPoint(addresses[i], hub.Port);
            LocalPath.Unpace(socket, address);
            var isLast = i == addresses.Length - 1;
            using var alarm = new CancellationTokenSource(isLast ? Timeout.InfiniteTimeSpan : PerAddress, time);
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);
            try
            {
                await LoopWait.ConnectAsync(socket, address, loop, limit.Token);
                return socket;
            }
            catch (Exception error) when (error is SocketException or OperationCanceledException)
            {
                socket.Dispose();
                if (isLast || cancellation.IsCancellationRequested)
                    throw;
            }
        }
    }
}
