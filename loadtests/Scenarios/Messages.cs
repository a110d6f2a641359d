using System.Net.Sockets;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Many connections that each send a small message and wait for its echo: cost per message under load.</summary>
internal sealed class Messages(int connections) : IScenario
{
    public string Name => "messages";

    public string Title => $"{connections} connections, 64 B echo each";

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var threads = new ClientThreads();
        long answered = 0;
        for (var i = 0; i < connections; i++)
            threads.Add(context.Entry, Role.Echo, socket =>
            {
                var message = new byte[Sockets.MessageBytes];
                while (!threads.Ending)
                {
                    Sockets.SendAll(socket, message);
                    Sockets.ReceiveAll(socket, message);
                    Interlocked.Increment(ref answered);
                }
            });
        var window = context.Measure(() => Interlocked.Read(ref answered));
        threads.ThrowIfBroken();
        threads.EndAndJoin();
        var count = window.After - window.Before;
        return
        [
            Measured.PerSecond("message", count / window.Seconds),
            Measured.CpuPer("message", window.CpuSeconds * 1e6 / count),
        ];
    }
}
