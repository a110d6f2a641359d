using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay.Checks;

/// <summary>
/// Looks once at a target, from the agent that exposes it: name, TCP, and a first word in its protocol where that is known
/// and does no harm. A hostile target costs it <see cref="MaxRead"/> bytes and <see cref="Limit"/>.
/// </summary>
public static class TargetCheck
{
    /// <summary>All of it; room for the answer's way within the hub's limit.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    /// <summary>What is read of a target at most: a TLS handshake with a long chain has 10 KiB.</summary>
    public const int MaxRead = 64 * 1024;

    /// <summary>A proxy before a dead service (Docker's, for one) takes a connection and hangs up within this.</summary>
    private static readonly TimeSpan s_hangUp = TimeSpan.FromMilliseconds(250);

    /// <param name="target">What is exposed.</param>
    /// <param name="declared">The protocol that its owner named; null: by its port, where that is unmistakable.</param>
    /// <returns>Never throws for what a target or a network does.</returns>
    public static async Task<TargetReport> RunAsync(TargetEndpoint target, ServiceProtocol? declared)
    {
        ArgumentNullException.ThrowIfNull(target);
        using var deadline = new CancellationTokenSource(Limit, TimeProvider.System);
        var report = new TargetReport(TargetOutcome.Timeout)
        {
            Protocol = declared ?? ByPort(target.Port),
            IsDeclared = declared is not null,
        };
        var since = TimeProvider.System.GetTimestamp();
        var addresses = TargetDial.Literal(target.Host);
        if (addresses is null)
        {
            try
            {
                addresses = await Dns.GetHostAddressesAsync(target.Host, deadline.Token).ConfigureAwait(false);
            }
            catch (Exception e) when (e is SocketException or ArgumentException)
            {
                return report with { Outcome = TargetOutcome.UnknownHost };
            }
            catch (OperationCanceledException)
            {
                return report;
            }

            report = report with { ResolveMs = Since(since) };
        }

        return await ConnectAsync(report, target, addresses, deadline.Token).ConfigureAwait(false);
    }

    /// <summary>Only where nothing else is expected behind a port; never a guess that a database would stumble over.</summary>
    private static ServiceProtocol ByPort(int port) => port switch
    {
        80 => ServiceProtocol.Http,
        443 => ServiceProtocol.Https,
        5432 => ServiceProtocol.Postgres,
        _ => ServiceProtocol.Tcp,
    };

    private static async Task<TargetReport> ConnectAsync(
        TargetReport report, TargetEndpoint target, IPAddress[] addresses, CancellationToken late)
    {
        report = report with { Outcome = TargetOutcome.Unreachable };
        foreach (var address in addresses)
        {
            report = report with { Address = address.ToString() };
            if (ForbiddenTargets.Contains(address))
            {
                report = report with { Outcome = TargetOutcome.Forbidden };
                continue;
            }

            try
            {
                using var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                var since = TimeProvider.System.GetTimestamp();
                await socket.ConnectAsync(new IPEndPoint(address, target.Port), late).ConfigureAwait(false);
                report = report with { Outcome = TargetOutcome.Connected, ConnectMs = Since(since) };
                return report.Protocol == ServiceProtocol.Tcp
                    ? await ListenAsync(report, socket).ConfigureAwait(false)
                    : await new ProtocolProbe(report, target, late).RunAsync(socket).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return report with { Outcome = TargetOutcome.Timeout };
            }
            catch (SocketException e)
            {
                report = report with { Outcome = Reason(e.SocketErrorCode) };
            }
        }

        return report;
    }

    /// <summary>Waits a moment for a hang-up, and says nothing: this may be anything.</summary>
    private static async Task<TargetReport> ListenAsync(TargetReport report, Socket socket)
    {
        using var moment = new CancellationTokenSource(s_hangUp, TimeProvider.System);
        try
        {
            return await socket.ReceiveAsync(new byte[1], moment.Token).ConfigureAwait(false) == 0
                ? report with { Outcome = TargetOutcome.HungUp }
                : report;
        }
        catch (OperationCanceledException)
        {
            return report;
        }
        catch (SocketException)
        {
            return report with { Outcome = TargetOutcome.HungUp };
        }
    }

    internal static double Since(long timestamp) =>
        Math.Round(TimeProvider.System.GetElapsedTime(timestamp).TotalMilliseconds, 3);

    private static TargetOutcome Reason(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => TargetOutcome.Refused,
        SocketError.TimedOut => TargetOutcome.Timeout,
        _ => TargetOutcome.Unreachable,
    };
}
