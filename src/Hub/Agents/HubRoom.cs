using System.Globalization;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// What this hub has room for now: ports that nobody leases; idle streams until the memory budget refuses more or the system
/// gives no more sockets, whichever comes first.
/// </summary>
public sealed record HubRoom(int PortsLeased, int Ports, long Streams, bool IsBoundBySockets, bool IsPromised)
{
    /// <summary>Of the socket limit: listeners, agents, the database, HTTP.</summary>
    private const long OtherSockets = 512;

    private static readonly Lazy<long> s_sockets = new(ReadSocketLimit);

    internal static HubRoom Read(HubOptions options, ServiceDirectory services, int liveStreams)
    {
        // As HeldBytes.MayOpen: at 90 % new streams are refused.
        var memory = (HeldBytes.Process.Budget / 10 * 9 - HeldBytes.Process.Held) / ProtocolLimits.StreamCost;
        var sockets = s_sockets.Value - OtherSockets - liveStreams;
        return new HubRoom(
            services.Leases.Count(), options.LastTunnelPort - options.FirstTunnelPort + 1,
            Math.Max(0, Math.Min(memory, sockets)), sockets < memory,
            options.Memory is not null);
    }

    /// <summary>Open files of this process; no limit where the system does not tell.</summary>
    private static long ReadSocketLimit()
    {
        try
        {
            foreach (var line in File.ReadLines("/proc/self/limits"))
            {
                if (!line.StartsWith("Max open files", StringComparison.Ordinal))
                    continue;
                var soft = line["Max open files".Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries)[0];
                return long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) ? limit : long.MaxValue;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
        }

        return long.MaxValue;
    }
}
