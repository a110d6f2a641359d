using System.IO.Pipelines;
using System.Net.Security;
using PrivateConnect.Bench.Sessions;
using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Records;

/// <summary>Writes a record into SslStream and reads it from another, in memory, AES-128.</summary>
internal sealed class SslStreamRecord : Workload
{
    private readonly SslStream _server;
    private readonly SslStream _client;
    private readonly byte[] _from;
    private readonly byte[] _into;

    public SslStreamRecord(int size)
    {
        _from = new byte[size];
        _into = new byte[size];
        var (a, b) = MemoryTransport.CreatePair(PipeScheduler.ThreadPool, PipeScheduler.ThreadPool);
        (_server, _client) = TlsPair.Authenticate(a, b);
        // The client takes the server's session tickets in before it is measured.
        Run(1);
    }

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            Wait(_server.WriteAsync(_from));
            for (var got = 0; got < _into.Length;)
                got += Wait(_client.ReadAsync(_into.AsMemory(got)));
        }
    }

    public override void Dispose()
    {
        _server.Dispose();
        _client.Dispose();
    }

    private static void Wait(ValueTask task)
    {
        if (task.IsCompletedSuccessfully)
            task.GetAwaiter().GetResult();
        else
            task.AsTask().Wait();
    }

    private static int Wait(ValueTask<int> task) =>
        task.IsCompletedSuccessfully ? task.Result : task.AsTask().Result;
}
