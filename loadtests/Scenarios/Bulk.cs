using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>As many bytes as fit, over some connections, one way or both; counted where they arrive.</summary>
internal sealed class Bulk(string name, string title, byte role, int streams) : IScenario
{
    private const double Giga = 1e9;
    private static readonly byte[] Payload = MakePayload();

    public string Name => name;

    public string Title => title;

    public bool Suits(PathKind path) => true;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var load = new BulkLoad(context.Entry, role, streams);
        var window = context.Measure(() => load.Received + context.Target.Read());
        load.ThrowIfBroken();
        var gigabytes = (window.After - window.Before) / Giga;
        return [Measured.Rate(gigabytes / window.Seconds), Measured.CpuPerGigabyte(window.CpuSeconds / gigabytes)];
    }

    /// <summary>The load itself, also used beside others.</summary>
    internal sealed class BulkLoad : IDisposable
    {
        private readonly ClientThreads _threads = new();
        private long _received;

        public BulkLoad(IPEndPoint to, byte role, int streams)
        {
            Action<Socket>[] work = role switch
            {
                Role.Source => [Receive],
                Role.Sink => [Send],
                _ => [Receive, Send],
            };
            try
            {
                for (var i = 0; i < streams; i++) _threads.Add(to, role, work);
            }
            catch
            {
                _threads.Dispose();
                throw;
            }
        }

        public long Received => Interlocked.Read(ref _received);

        public void ThrowIfBroken() => _threads.ThrowIfBroken();

        public void Dispose() => _threads.Dispose();

        private void Receive(Socket socket)
        {
            var buffer = GC.AllocateUninitializedArray<byte>(Sockets.BulkBytes, pinned: true);
            while (socket.Receive(buffer) is var count and > 0) Interlocked.Add(ref _received, count);
        }

        private void Send(Socket socket)
        {
            while (!_threads.Ending) socket.Send(Payload);
        }
    }

    private static byte[] MakePayload()
    {
        var payload = GC.AllocateUninitializedArray<byte>(Sockets.BulkBytes, pinned: true);
        new Random(11).NextBytes(payload);
        return payload;
    }
}
