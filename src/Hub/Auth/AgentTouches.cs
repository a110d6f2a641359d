using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Writes "last seen" behind the agents' backs. Losing one is harmless, so the queue is bounded and drops its oldest, and a
/// failed write is not repeated.
/// </summary>
internal sealed class AgentTouches : IAsyncDisposable
{
    // One per agent of a full hub that restarts; a touch is about 100 bytes.
    private const int MaximumQueued = 16_384;
    // One transaction for many agents, yet short enough that a SQLite writer does not wait for it.
    private const int MaximumBatch = 256;

    private readonly Channel<(string AgentId, string Address, DateTimeOffset At)> _queue =
        Channel.CreateBounded<(string, string, DateTimeOffset)>(
            new BoundedChannelOptions(MaximumQueued) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Database _database;
    private readonly ILogger _log;
    private readonly Task _loop;

    public AgentTouches(Database database, ILogger log)
    {
        _database = database;
        _log = log;
        _loop = Task.Run(WriteLoopAsync);
    }

    public void Add(string agentId, string address) =>
        _queue.Writer.TryWrite((agentId, address, _database.Time.GetUtcNow()));

    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _loop;
    }

    private async Task WriteLoopAsync()
    {
        var batch = new Dictionary<string, (string Address, DateTimeOffset At)>(StringComparer.Ordinal);
        var failing = false;
        while (await _queue.Reader.WaitToReadAsync())
        {
            batch.Clear();
            while (batch.Count < MaximumBatch && _queue.Reader.TryRead(out var touch))
                batch[touch.AgentId] = (touch.Address, touch.At);
            try
            {
                await WriteAsync(batch);
                failing = false;
            }
            catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } reason)
            {
                // Said once per outage: the loop meets every touch of it.
                if (!failing) ControlLog.TouchesLost(_log, reason);
                failing = true;
            }
        }
    }

    private async Task WriteAsync(Dictionary<string, (string Address, DateTimeOffset At)> batch)
    {
        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync();
        foreach (var (agentId, seen) in batch)
            await db.TouchAgentAsync(agentId, seen.Address, seen.At, CancellationToken.None);
        await transaction.CommitAsync();
    }
}
