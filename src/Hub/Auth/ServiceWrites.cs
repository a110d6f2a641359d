using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Brings services from memory into the database, one at a time. What is to be written is a set of names, so an outage
/// costs one entry a service, and what is written is always what memory says at that moment.
/// </summary>
internal sealed class ServiceWrites : IAsyncDisposable
{
    // A second after the database is back everything is written; a dead one is asked no more often than that.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // A hub that is told to stop does not wait long for a database that was not there before.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly Func<(string WorkspaceId, string Name), ServiceRecord?> _current;
    private readonly ILogger _log;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _gate = new();
    private readonly HashSet<(string WorkspaceId, string Name)> _pending = [];
    // Open ports that the audit log has, by the agent that opened them; one write at a time touches it.
    private readonly Dictionary<(string WorkspaceId, string Name), string> _opened = [];
    private readonly Task _retries;
    // Where the next turn of retries begins: behind what failed last, so that one entry holds up no others. In turn.
    private int _begin;
    private bool _failing;

    public ServiceWrites(
        Database database, AuditLog audit, Func<(string WorkspaceId, string Name), ServiceRecord?> current, ILogger log)
    {
        _database = database;
        _audit = audit;
        _current = current;
        _log = log;
        _retries = Task.Run(RetryLoopAsync);
    }

    /// <summary>Returns when the service is in the database, or when it has failed and will be tried again.</summary>
    public async Task SaveAsync((string WorkspaceId, string Name) service, CancellationToken ct)
    {
        lock (_gate)
        {
            _pending.Add(service);
            // During an outage nobody waits for a try that would fail: the retry loop has it.
            if (_failing) return;
        }

        // Off the caller's thread: SQLite works on the thread that asks, and that may be a session's.
        await Task.Run(() => SaveNowAsync(service, ct), CancellationToken.None);
    }

    /// <summary>Runs a deletion between writes, so that a delayed write cannot bring back what was deleted.</summary>
    public Task InTurnAsync(Func<Task> act, CancellationToken ct) => _turn.InTurnAsync(act, ct);

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await _retries;
        await WriteLastAsync();
        _ending.Dispose();
        _turn.Dispose();
    }

    /// <summary>The last chance for what an outage held back.</summary>
    private async Task WriteLastAsync()
    {
        using var grace = new CancellationTokenSource(EndGrace, _database.Time);
        try
        {
            foreach (var service in Pending())
                if (!await TryWriteAsync(service, grace.Token)) return;
        }
        catch (OperationCanceledException)
        {
            // Logged when it was delayed; the next publish of the service writes it.
        }
    }

    private async Task SaveNowAsync((string WorkspaceId, string Name) service, CancellationToken ct)
    {
        try
        {
            await InTurnAsync(() => TryWriteAsync(service, ct), ct);
        }
        finally
        {
            if (IsPending(service)) _wake.Writer.TryWrite(true);
        }
    }

    private async Task RetryLoopAsync()
    {
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_ending.Token))
            {
                _wake.Reader.TryRead(out _);
                while (Pending() is { Length: > 0 } pending)
                {
                    await Task.Delay(RetryDelay, _database.Time, _ending.Token);
                    try
                    {
                        await InTurnAsync(() => RetryAsync(pending), _ending.Token);
                    }
                    catch (Exception mistake) when (!_ending.IsCancellationRequested)
                    {
                        ControlLog.WriteMistake(_log, mistake);
                    }
                }
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
        }
    }

    private async Task RetryAsync((string WorkspaceId, string Name)[] pending)
    {
        var written = 0;
        for (var i = 0; i < pending.Length; i++)
        {
            var at = (_begin + i) % pending.Length;
            if (!IsPending(pending[at])) continue;
            if (!await TryWriteAsync(pending[at], _ending.Token))
            {
                _begin = at + 1;
                return;
            }

            written++;
        }

        if (written > 0) ControlLog.ServiceWritesCaughtUp(_log, written);
    }

    /// <summary>False when the database failed and the service stays to be written.</summary>
    private async Task<bool> TryWriteAsync((string WorkspaceId, string Name) service, CancellationToken ct)
    {
        try
        {
            // Taken off first: a change that comes during the write adds it again.
            lock (_gate) _pending.Remove(service);
            await WriteAsync(service, ct);
            lock (_gate) _failing = false;
            return true;
        }
        catch (Exception refused) when (DatabaseFailure.IsRefusal(refused))
        {
            lock (_gate) _failing = false;
            ControlLog.ServiceWriteRefused(_log, service.Name, DatabaseFailure.Describe(refused)!);
            return true;
        }
        catch (Exception failure) when (failure is OperationCanceledException
            || DatabaseFailure.Describe(failure) is not null)
        {
            bool first;
            lock (_gate)
            {
                _pending.Add(service);
                first = !_failing;
                _failing = failure is not OperationCanceledException;
            }

            if (failure is OperationCanceledException) throw;
            if (first) ControlLog.ServiceWriteDelayed(_log, service.Name, DatabaseFailure.Describe(failure)!);
            return false;
        }
        catch (Exception mistake)
        {
            // Not tried again: it would fail again. The next publish of the service writes it.
            lock (_gate) _failing = false;
            ControlLog.WriteMistake(_log, mistake);
            return true;
        }
    }

    private async Task WriteAsync((string WorkspaceId, string Name) service, CancellationToken ct)
    {
        if (_current(service) is not { } record)
        {
            _opened.Remove(service);
            return;
        }

        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var former = await db.AgentOfServiceAsync(record.WorkspaceId, record.Name, ct);
        await db.SaveServiceAsync(record, _database.Time.GetUtcNow(), ct);
        await WriteActsAsync(db, record, former, ct);
        await transaction.CommitAsync(ct);
        if (record.IsOpen) _opened[service] = record.AgentId;
        else _opened.Remove(service);
    }

    /// <summary>
    /// What an agent does by publishing that people must find again: it takes over another agent's name, with the rights
    /// and the port; it opens a port to the network (told once, not at each reconnect).
    /// </summary>
    private async Task WriteActsAsync(HubDb db, ServiceRecord record, string? former, CancellationToken ct)
    {
        if (former is not null && former != record.AgentId)
            await WriteActAsync("service.move", $"{record.Name} from {former} to {record.AgentId}");
        if (record.IsOpen && _opened.GetValueOrDefault((record.WorkspaceId, record.Name)) != record.AgentId)
            await WriteActAsync("service.open", $"{record.Name} port {record.Port} to the network");

        Task WriteActAsync(string act, string subject) => _audit.WriteAsync(
            db, record.WorkspaceId, $"agent {record.AgentId}", record.Address, act, subject, AuditLog.Done, ct);
    }

    private bool IsPending((string WorkspaceId, string Name) service)
    {
        lock (_gate) return _pending.Contains(service);
    }

    private (string WorkspaceId, string Name)[] Pending()
    {
        lock (_gate) return [.. _pending];
    }
}
