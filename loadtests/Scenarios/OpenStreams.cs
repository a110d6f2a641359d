using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Connections that have carried one message each and then say nothing, and the memory of who holds them.</summary>
internal sealed class OpenStreams : IDisposable
{
    /// <summary>At once, for peers whose connections wait for each other's acknowledgements.</summary>
    private const int Openers = 64;

    /// <summary>What is freed by then is not the price of holding a stream; collectors and allocators give back late.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    private readonly List<Socket> _open = [];

    public void Open(ScenarioContext context, int count)
    {
        using var threads = new ClientThreads();
        var left = count;
        for (var i = 0; i < Openers; i++)
            threads.Run(() =>
            {
                var message = new byte[Sockets.MessageBytes];
                while (Interlocked.Decrement(ref left) >= 0)
                {
                    var socket = Sockets.Connect(context.Entry, Role.LightEcho);
                    lock (_open) _open.Add(socket);
                    Sockets.SendAll(socket, message);
                    Sockets.ReceiveAll(socket, message);
                }
            }, mayEnd: true);
        threads.Join();
        threads.ThrowIfBroken();
    }

    /// <summary>Proportional set size of each side of the tunnel, once it has settled.</summary>
    public static Dictionary<string, long> Memory(ScenarioContext context)
    {
        Thread.Sleep(Settle);
        return context.Path.Parts().ToDictionary(
            part => part.Name, part => part.ProcessIds.Sum(ProcFs.ProportionalBytes));
    }

    /// <summary>Growth from one reading to another in KiB for each of some things.</summary>
    public static IEnumerable<Measured> Growth(
        string what, string thing, Dictionary<string, long> before, Dictionary<string, long> after, int count) =>
        after.Select(side => new Measured(
            $"{what}, {side.Key}", $"KiB/{thing}", Better.Lower, (side.Value - before[side.Key]) / 1024.0 / count));

    public void Dispose()
    {
        foreach (var socket in _open) socket.Dispose();
    }
}
