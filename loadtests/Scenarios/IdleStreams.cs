using System.Net.Sockets;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>
/// Connections that have carried one message and then say nothing: memory per stream in each process of the tunnel.
/// A fresh path first carries a few, so that code and pools that exist once are not counted per stream.
/// </summary>
internal sealed class IdleStreams : IScenario
{
    private const int WarmUpStreams = 100;
    private const double Kilo = 1024;

    /// <summary>What is freed by then is not the price of holding a stream; collectors and allocators give back late.</summary>
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public string Name => "idle";

    public string Title => "idle streams";

    public bool NeedsFreshPath => true;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        var open = new List<Socket>();
        try
        {
            Open(open, context.Port, WarmUpStreams);
            var before = Memory(context);
            Open(open, context.Port, context.IdleStreams);
            var after = Memory(context);
            return
            [
                .. after.Select(process => new Measured(
                    $"memory, {process.Key}", "KiB/stream", false,
                    (process.Value - before[process.Key]) / Kilo / context.IdleStreams)),
                new Measured("memory, all", "KiB/stream", false,
                    (after.Values.Sum() - before.Values.Sum()) / Kilo / context.IdleStreams),
            ];
        }
        finally
        {
            foreach (var socket in open) socket.Dispose();
        }
    }

    private static void Open(List<Socket> open, int port, int count)
    {
        var message = new byte[Sockets.MessageBytes];
        for (var i = 0; i < count; i++)
        {
            var socket = Sockets.Connect(port, Role.LightEcho);
            open.Add(socket);
            Sockets.SendAll(socket, message);
            Sockets.ReceiveAll(socket, message);
        }
    }

    private static Dictionary<string, long> Memory(ScenarioContext context)
    {
        Thread.Sleep(Settle);
        return context.Path.Parts().ToDictionary(
            part => part.Name, part => part.ProcessIds.Sum(ProcFs.ProportionalBytes));
    }
}
