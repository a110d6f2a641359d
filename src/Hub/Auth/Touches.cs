using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Writes "last seen" of agents and "last used" of keys behind their backs. Losing one is harmless, so the queue is
/// bounded and drops its oldest, and a failed write is not repeated.
/// </summary>
internal sealed class Touches : IAsyncDisposable
{
    // One per agent of a full hub that restarts; a touch is about 100 bytes.
    private const int MaximumQueued = 16_384;
    // One transaction for many agents, yet short enough that a SQLite writer does not wait for it.
    private const int MaximumBatch = 256;

    // At the end of the hub what is queued gets this long; last-seen times are not worth a slow stop.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private readonly Channel<(string Id, string Address, DateTimeOffset At)> _queue =
        Channel.CreateBounded<(string, string, DateTimeOffset)>(
            new BoundedChannelOptions(MaximumQueued)
            {
                FullMode = BoundedChannelFullMode.DropOldest,
                SingleReader = true,
            });

    private readonly Database _database;
    private readonly Func<HubDb, string, string, DateTimeOffset, CancellationToken, Task> _write;
    private readonly ILogger _log;
    private readonly Task _loop;

    public Touches(
        Database database, Func<HubDb, string, string, DateTimeOffset, CancellationToken, Task> write, ILogger log)
    {
        _database = database;
        _write = write;
        _log = log;
        _loop = Task.Run(WriteLoopAsync);
    }

    public void Add(string id, string address) =>
        _queue.Writer.TryWrite((id, address, _database.Time.GetUtcNow()));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        // The timer's end waits for a callback that has begun: it must not meet a source that is disposed of.
        await using (_database.Time.CreateTimer(
            static ending => ((CancellationTokenSource)ending!).Cancel(), _ending, EndGrace, Timeout.InfiniteTimeSpan))
            await _loop;
        _ending.Dispose();
    }

    private async Task WriteLoopAsync()
    {
        var batch = new Dictionary<string, (string Address, DateTimeOffset At)>(StringComparer.Ordinal);
        var failing = false;
        while (await _queue.Reader.WaitToReadAsync())
        {
            if (_ending.IsCancellationRequested) return;
            batch.Clear();
            while (batch.Count < MaximumBatch && _queue.Reader.TryRead(out var touch))
                batch[touch.Id] = (touch.Address, touch.At);
            try
            {
                await WriteAsync(batch);
                failing = false;
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } reason)
            {
                // Said once per outage: the loop meets every touch of it.
                if (!failing) ControlLog.TouchesLost(_log, reason);
                failing = true;
            }
            catch (Exception mistake)
            {
                ControlLog.WriteMistake(_log, mistake);
            }
        }
    }

    private async Task WriteAsync(Dictionary<string, (string Address, DateTimeOffset At)> batch)
    {
        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync(_ending.Token);
        foreach (var (id, seen) in batch)
            await _write(db, id, seen.Address, seen.At, _ending.Token);
        await transaction.CommitAsync(_ending.Token);
    }
}
