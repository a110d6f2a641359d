using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Testing;

/// <summary>
/// Ports for hubs that need fixed numbers, each its own: hubs of tests run side by side. They lie below the kernel's ephemeral range, so no connection of ours
/// can take one by chance, and start at a place that depends on the process, so that runs side by side rarely meet.
/// </summary>
internal static class FreePorts
{
    private const int First = 10_000;
    private const int Last = 22_900; // the product's default range starts at 23000

    private static readonly Lock Gate = new();
    private static int _next = First + (Environment.ProcessId * 64 % (Last - First));

    public static int One() => Range(1);

    /// <summary>The first of <paramref name="count"/> ports in a row, each free a moment ago.</summary>
    public static int Range(int count)
    {
        lock (Gate)
        {
            for (var tries = 0; tries < Last - First; tries++)
            {
                if (_next + count > Last) _next = First;
                var start = _next;
                _next += count;
                if (Enumerable.Range(start, count).All(IsFree)) return start;
            }
        }

        throw new InvalidOperationException($"No {count} free ports in a row between {First} and {Last}.");
    }

    private static bool IsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Any, port));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
