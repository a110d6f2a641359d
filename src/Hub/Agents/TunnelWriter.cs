using LinqToDB.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Once a minute: reads the relay's counters and writes what flowed into the table of tunnels. While the database is away
/// rows wait; when too many do, the oldest are dropped and counted in the log.
/// </summary>
public sealed class TunnelWriter : BackgroundService
{
    internal static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Rows that wait: more than an hour of a busy hub (1,000 kinds a minute), some 20 MB.</summary>
    internal const int MaximumWaiting = 65_536;

    // Rows of one statement.
    private const int BatchRows = 500;

    // As often as a dead database is asked again.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // At the end of the hub the last minute gets this long.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(1);

    private readonly AgentRegistry _registry;
    private readonly TunnelLedger _ledger;
    private readonly Database _database;
    private readonly ILogger<TunnelWriter> _log;
    private readonly Queue<TunnelRow> _waiting = new();
    private bool _failing;

    public TunnelWriter(HubRelay relay, Database database, ILogger<TunnelWriter> log)
        : this(relay.Registry, relay.Ledger, database, log)
    {
    }

    internal TunnelWriter(
        AgentRegistry registry, TunnelLedger ledger, Database database, ILogger<TunnelWriter> log)
    {
        _registry = registry;
        _ledger = ledger;
        _database = database;
        _log = log;
    }

    internal int Waiting => _waiting.Count;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        using var grace = new CancellationTokenSource(EndGrace, _database.Time);
        Collect();
        try
        {
            await TryWriteAsync(grace.Token);
        }
        catch (OperationCanceledException)
        {
            // The last minute of a hub that ends without its database is lost.
        }
    }

    /// <summary>Makes rows of what flowed since the last time.</summary>
    internal void Collect()
    {
        foreach (var service in _registry.Services) service.CountLive();
        var now = _database.Time.GetUtcNow();
        var minute = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerMinute, TimeSpan.Zero);
        foreach (var (key, tally) in _ledger.Take())
            _waiting.Enqueue(new TunnelRow
            {
                Id = Ids.New(_database.Time),
                WorkspaceId = key.WorkspaceId,
                Minute = minute,
                Service = key.Service,
                AgentId = key.AgentId,
                Port = key.ReachingAgentId is null ? key.Port : null,
                ReachingAgentId = key.ReachingAgentId,
                Visitor = key.Visitor,
                Ending = key.Ending,
                Streams = tally.Streams,
                BytesIn = tally.BytesIn,
                BytesOut = tally.BytesOut,
            });
        var lost = Math.Max(0, _waiting.Count - MaximumWaiting);
        for (var i = 0; i < lost; i++) _waiting.Dequeue();
        if (lost > 0) ControlLog.TunnelsLost(_log, lost);
    }

    /// <summary>Writes what waits, a batch at a time; false when the database failed and rows still wait.</summary>
    internal async Task<bool> TryWriteAsync(CancellationToken ct)
    {
        while (_waiting.Count > 0)
        {
            var batch = _waiting.Take(BatchRows).ToList();
            try
            {
                await using var db = _database.Connect();
                await using var transaction = await db.BeginTransactionAsync(ct);
                await db.BulkCopyAsync(new BulkCopyOptions { BulkCopyType = BulkCopyType.MultipleRows }, batch, ct);
                await transaction.CommitAsync(ct);
            }
            catch (Exception twice) when (DatabaseFailure.IsDuplicate(twice))
            {
                // The answer to an earlier commit was lost on the way: these rows are there.
            }
            catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } reason)
            {
                if (!_failing) ControlLog.TunnelsDelayed(_log, _waiting.Count, reason);
                _failing = true;
                return false;
            }

            for (var i = 0; i < batch.Count; i++) _waiting.Dequeue();
        }

        _failing = false;
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var minutes = new PeriodicTimer(Period, _database.Time);
        try
        {
            while (await minutes.WaitForNextTickAsync(stoppingToken))
            {
                Collect();
                // Off the timer's thread for SQLite's sake; a minute that passes meanwhile is collected after it.
                while (!await Task.Run(() => TryWriteAsync(stoppingToken), stoppingToken))
                    await Task.Delay(RetryDelay, _database.Time, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
    }
}
