using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Round trips of 16 KiB beside clients that asked for a download and never read it; and what one more of those holds.</summary>
internal sealed class StalledReaders(int stalled, int others) : IScenario
{
    /// <summary>Blocks and code that any load needs, a download too, are there before the stalled ones are counted.</summary>
    private static readonly TimeSpan Rehearsal = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Stalled clients that come to the first ones and are counted. The first ones fill pools and heap that later ones share, and
    /// their growth divided by their number would be no client's.
    /// </summary>
    private readonly int _more = 3 * stalled;

    public string Name => "stalled";

    public string Title => $"{others} × 16 KiB round trips beside {stalled} clients that never read";

    public bool NeedsFreshPath => true;

    public bool Suits(PathKind path) => !path.OnlyBulk;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using (Load(context, out _))
        using (new Bulk.BulkLoad(context.Entry, Role.Source, 1)) Thread.Sleep(Rehearsal);
        using var silent = new SilentClients(context, stalled);
        var before = OpenStreams.Memory(context);
        Dictionary<string, long> after;
        using (new SilentClients(context, _more)) after = OpenStreams.Memory(context);
        using var threads = Load(context, out var done);
        var window = context.Measure(done);
        threads.ThrowIfBroken();
        return
        [
            Measured.PerSecond("round trip", (window.After - window.Before) / window.Seconds),
            .. OpenStreams.Growth("held", "stalled stream", before, after, _more),
        ];
    }

    private ClientThreads Load(ScenarioContext context, out Func<long> done)
    {
        var count = new long[1];
        var threads = new ClientThreads();
        try
        {
            for (var i = 0; i < others; i++)
                threads.Add(context.Entry, Role.PageEcho, socket =>
                {
                    var page = new byte[Sockets.PageBytes];
                    while (!threads.Ending)
                    {
                        Sockets.SendAll(socket, page);
                        Sockets.ReceiveAll(socket, page);
                        Interlocked.Increment(ref count[0]);
                    }
                });
        }
        catch
        {
            threads.Dispose();
            throw;
        }

        done = () => Interlocked.Read(ref count[0]);
        return threads;
    }

    /// <summary>Downloads that nobody reads.</summary>
    private sealed class SilentClients : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public SilentClients(ScenarioContext context, int count)
        {
            for (var i = 0; i < count; i++) _sockets.Add(Sockets.Connect(context.Entry, Role.Source));
        }

        public void Dispose()
        {
            foreach (var socket in _sockets) socket.Dispose();
        }
    }
}
