using System.Diagnostics;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Resident memory of the side that runs on small machines: at rest, and the most with 1 Gbit/s through it.</summary>
internal sealed class AgentMemory : IScenario
{
    private const double Mega = 1e6;
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Settle = TimeSpan.FromSeconds(2);

    public string Name => "agent";

    public string Title => "agent's memory";

    public bool NeedsFreshPath => true;

    public bool Suits(PathKind path) => path.IsTunnel && !path.OnlyBulk;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        Thread.Sleep(Settle);
        var idle = Resident(context);
        long received = 0, most = 0;
        using var threads = new ClientThreads();
        threads.Add(context.Entry, Role.Paced, socket => Receive(socket, ref received));
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < context.Length)
        {
            Thread.Sleep(LookEvery);
            most = Math.Max(most, Resident(context));
        }

        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        threads.ThrowIfBroken();
        return
        [
            new Measured("RSS idle", "MB", Better.Lower, idle / Mega),
            new Measured("RSS with 1 Gbit/s", "MB", Better.Lower, most / Mega),
            new Measured("rate meanwhile", "Gbit/s", Better.Neither, Interlocked.Read(ref received) * 8 / 1e9 / seconds),
        ];
    }

    private static long Resident(ScenarioContext context) =>
        context.Path.Parts().Single(part => part.Name == PathPart.Agent).ProcessIds.Sum(ProcFs.ResidentBytes);

    private static void Receive(Socket socket, ref long received)
    {
        var buffer = new byte[Sockets.BulkBytes];
        while (socket.Receive(buffer) is var count and > 0) Interlocked.Add(ref received, count);
    }
}
