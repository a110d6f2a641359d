using LinqToDB;
using LinqToDB.Data;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Retention;

/// <summary>Once an hour, and at the start: removes what is over, in small batches, and logs the heads of the audit log.</summary>
public sealed class RetentionJob : BackgroundService
{
    /// <summary>Rows of one statement: short enough that a writer does not notice.</summary>
    internal const int BatchRows = 500;

    internal static readonly TimeSpan Period = TimeSpan.FromHours(1);

    // The database's own row number finds a batch in any table, whatever its key; neither engine limits a DELETE.
    private const string PostgresDelete =
        "DELETE FROM {0} WHERE ctid = ANY (ARRAY (SELECT ctid FROM {0} WHERE {1} LIMIT {2}))";

    private const string SqliteDelete =
        "DELETE FROM {0} WHERE rowid IN (SELECT rowid FROM {0} WHERE {1} LIMIT {2})";

    private readonly Database _database;
    private readonly RetentionPeriods _periods;
    private readonly AuditRetention _audit;
    private readonly ILogger<RetentionJob> _log;
    private readonly Dictionary<string, long> _heads = new(StringComparer.Ordinal);

    public RetentionJob(Database database, RetentionPeriods periods, AuditLog audit, ILogger<RetentionJob> log)
    {
        _database = database;
        _periods = periods;
        _log = log;
        _audit = new AuditRetention(database, audit, log);
    }

    /// <summary>One turn over all tables.</summary>
    internal async Task RunOnceAsync(CancellationToken ct)
    {
        foreach (var rule in RetentionRule.All)
            if (rule.Kept(_periods) is var kept && kept > TimeSpan.Zero)
                Say(await SweepAsync(rule, _database.Time.GetUtcNow() - kept, ct), rule.Table);
        if (_periods.Audit > TimeSpan.Zero) Say(await _audit.RunAsync(_periods.Audit, ct), "audit_events");
        await LogHeadsAsync(ct);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, _database.Time);
        try
        {
            do
            {
                try
                {
                    // Off the caller's thread: SQLite works on the thread that asks, and the first turn is the start's.
                    await Task.Run(() => RunOnceAsync(stoppingToken), stoppingToken);
                }
                catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } reason)
                {
                    ControlLog.RetentionFailed(_log, reason);
                }
            }
            while (await timer.WaitForNextTickAsync(stoppingToken));
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The hub stops.
        }
    }

    /// <summary>The statement that removes one batch.</summary>
    internal static string Sweep(RetentionRule rule, bool postgres) => string.Format(
        null, System.Text.CompositeFormat.Parse(postgres ? PostgresDelete : SqliteDelete), rule.Table, rule.Condition, BatchRows);

    private async Task<long> SweepAsync(RetentionRule rule, DateTimeOffset before, CancellationToken ct)
    {
        var postgres = _database.Engine == DatabaseUrl.PostgreSql;
        var sql = Sweep(rule, postgres);
        var time = postgres
            ? new DataParameter("before", before, DataType.DateTimeOffset)
            : new DataParameter("before", UtcTextAttribute.Write(before), DataType.Text);
        await using var db = _database.Connect();
        long removed = 0;
        int batch;
        do
        {
            batch = await db.ExecuteAsync(sql, ct, time);
            removed += batch;
        }
        while (batch == BatchRows);
        return removed;
    }

    /// <summary>The log is the second place that knows the heads: with one of them a chain rewritten as a whole is found.</summary>
    private async Task LogHeadsAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        foreach (var chain in await db.AllAuditChainsAsync(ct))
        {
            if (_heads.GetValueOrDefault(chain.WorkspaceId) == chain.Sequence) continue;
            _heads[chain.WorkspaceId] = chain.Sequence;
            ControlLog.AuditHead(_log, chain.WorkspaceId, $"{chain.Sequence}:{chain.Hash}");
        }
    }

    private void Say(long removed, string table)
    {
        if (removed > 0) ControlLog.RowsRemoved(_log, removed, table);
    }
}
