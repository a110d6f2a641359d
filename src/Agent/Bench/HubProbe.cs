using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>What a fresh connection to the hub costs: TCP, then TLS. The best of a few; nothing is sent over it.</summary>
internal static class HubProbe
{
    private const int Tries = 3;

    /// <summary>For all of it: a hub that serves our session answers in a moment.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(5);

    /// <summary>Milliseconds; the handshake is null where the hub is reached without TLS.</summary>
    public static async Task<(double Connect, double? Handshake)> MeasureAsync(
        HubAddress hub, string? pin, RelayLoop loop, TimeProvider time, CancellationToken cancellation)
    {
        using var alarm = new CancellationTokenSource(s_limit, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);
        var check = new CertificateCheck(hub, pin);
        var (connect, handshake) = (double.MaxValue, double.MaxValue);
        try
        {
            for (var i = 0; i < Tries; i++)
            {
                var began = time.GetTimestamp();
                await using var socket = new SocketTransport(await HubDialer.DialAsync(hub, loop, time, limit.Token), loop);
                connect = Math.Min(connect, time.GetElapsedTime(began).TotalMilliseconds);
                if (!hub.Tls)
                    continue;
                began = time.GetTimestamp();
                await using var tls = new SslStream(socket);
                await tls.AuthenticateAsClientAsync(TlsSettings.Create(hub, check, SslApplicationProtocol.Http11), limit.Token);
                handshake = Math.Min(handshake, time.GetElapsedTime(began).TotalMilliseconds);
            }
        }
        catch (Exception e) when (e is SocketException or IOException or AuthenticationException or OperationCanceledException)
        {
            cancellation.ThrowIfCancellationRequested();
            throw NetworkFailure.Describe(hub, e, check) ?? NetworkFailure.TimedOut(hub, s_limit);
        }

        return (Math.Round(connect, 3), hub.Tls ? Math.Round(handshake, 3) : null);
    }
}
