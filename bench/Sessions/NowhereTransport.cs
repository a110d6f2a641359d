using System.IO.Pipelines;
using PrivateConnect.Bench.Workloads;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Bench.Sessions;

/// <summary>Takes every write at once, counts it, and never has anything to read.</summary>
internal sealed class NowhereTransport(PipeScheduler scheduler) : AsyncOnlyTransport
{
    private readonly AsyncSignal _closed = new(scheduler);
    private volatile bool _isClosed;

    public Countdown Written { get; } = new();

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The reader asks twice: whether there is something, and for it.
        while (!_isClosed)
            await _closed.WaitAsync();
        return 0;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written.Count(buffer.Length);
        return ValueTask.CompletedTask;
    }

    protected override void Dispose(bool disposing)
    {
        _isClosed = true;
        _closed.Set();
        base.Dispose(disposing);
    }
}
