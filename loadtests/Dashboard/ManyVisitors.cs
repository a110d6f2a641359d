using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Dashboard;

/// <summary>Connections over many tunnel ports, of which some say a message each second and the others nothing.</summary>
internal static class ManyVisitors
{
    public const string Verb = "many-visitors";

    /// <summary>Opens them, prints "ready", and goes on until the process is ended.</summary>
    public static async Task RunAsync(int firstPort, int ports, int streams, int busy)
    {
        var sockets = new List<Socket>();
        var message = new byte[Sockets.MessageBytes];
        for (var i = 0; i < streams; i++)
        {
            var socket = Sockets.Connect(new IPEndPoint(IPAddress.Loopback, firstPort + i % ports), Role.LightEcho);
            // One after the other is answered: more than 1,024 without an answer would be turned away.
            Sockets.SendAll(socket, message);
            Sockets.ReceiveAll(socket, message);
            sockets.Add(socket);
        }

        Console.WriteLine("ready");
        // Spread over the ports, and over the second.
        var talkers = sockets.Where((_, i) => i % Math.Max(1, streams / Math.Max(1, busy)) == 0).Take(busy).ToList();
        for (var second = Stopwatch.StartNew(); ; second.Restart())
        {
            foreach (var socket in talkers)
            {
                Sockets.SendAll(socket, message);
                Sockets.ReceiveAll(socket, message);
            }

            var rest = TimeSpan.FromSeconds(1) - second.Elapsed;
            if (rest > TimeSpan.Zero) await Task.Delay(rest);
        }
    }
}
