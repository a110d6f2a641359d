using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Refused acts on their way into the audit log. The first of a kind (workspace, actor, network, act) is written at
/// once, those that follow are counted and written as one line a minute. Counts wait out an outage of the database.
/// </summary>
internal sealed class AuditRefusals : IAsyncDisposable
{
    /// <summary>Kinds that one minute tells apart; the rest is one kind per workspace, from "various". So a flood costs
    /// at most 2 × 64 lines a minute and a workspace.</summary>
    internal const int MaximumKinds = 64;

    internal static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    // As often as a dead database is asked again.
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    // At the end of the hub what is counted gets this long.
    private static readonly TimeSpan EndGrace = TimeSpan.FromSeconds(1);

    private const string Various = "various";

    private readonly Lock _gate = new();
    private readonly Dictionary<Kind, Count> _counts = [];
    private readonly Channel<bool> _wake = Channel.CreateBounded<bool>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    private readonly CancellationTokenSource _ending = new();
    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly ILogger _log;
    private readonly ITimer _windows;
    private readonly Task _loop;

    public AuditRefusals(Database database, AuditLog audit, ILogger log)
    {
        _database = database;
        _audit = audit;
        _log = log;
        _windows = database.Time.CreateTimer(_ => EndWindow(), null, Window, Window);
        _loop = Task.Run(WriteLoopAsync);
    }

    private readonly record struct Kind(string WorkspaceId, string Actor, string Network, string Act);

    private sealed class Count(string address, string subject, string reason)
    {
        public string Address => address;

        public string Subject => subject;

        public string Reason => reason;

        /// <summary>Not written yet.</summary>
        public long Waiting { get; set; }

        /// <summary>Its line may be written now; false while it only counts until the window's end.</summary>
        public bool Due { get; set; } = true;
    }

    public void Add(string workspaceId, string actor, string address, string act, string subject, string reason)
    {
        bool due;
        lock (_gate)
        {
            var kind = new Kind(workspaceId, actor, Network(address), act);
            if (!_counts.ContainsKey(kind) && _counts.Count >= MaximumKinds)
            {
                kind = new Kind(workspaceId, Various, Various, Various);
                (address, subject, reason) = (Various, act, Various);
            }

            if (!_counts.TryGetValue(kind, out var count))
                _counts[kind] = count = new Count(address, subject, reason);
            count.Waiting++;
            due = count.Due;
        }

        if (due) _wake.Writer.TryWrite(true);
    }

    public async ValueTask DisposeAsync()
    {
        await _windows.DisposeAsync();
        // The timer's end waits for a callback that has begun: it must not meet a source that is disposed of.
        await using (_database.Time.CreateTimer(
            static ending => ((CancellationTokenSource)ending!).Cancel(), _ending, EndGrace, Timeout.InfiniteTimeSpan))
        {
            EndWindow();
            _wake.Writer.TryComplete();
            await _loop;
        }

        _ending.Dispose();
    }

    /// <summary>What only counted until now is due; what was quiet for a whole window is forgotten.</summary>
    private void EndWindow()
    {
        lock (_gate)
        {
            foreach (var (kind, count) in _counts)
            {
                if (count.Waiting == 0) _counts.Remove(kind);
                else count.Due = true;
            }
        }

        _wake.Writer.TryWrite(true);
    }

    private async Task WriteLoopAsync()
    {
        var failing = false;
        try
        {
            while (await _wake.Reader.WaitToReadAsync(_ending.Token))
            {
                _wake.Reader.TryRead(out _);
                while (!await TryWriteDueAsync(failing))
                {
                    failing = true;
                    await Task.Delay(RetryDelay, _database.Time, _ending.Token);
                }

                failing = false;
            }
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // The hub ends without its database.
        }
    }

    /// <summary>False when the database failed; what was not written is due again.</summary>
    private async Task<bool> TryWriteDueAsync(bool failing)
    {
        while (TakeDue() is var (kind, count, waiting))
        {
            try
            {
                var outcome = waiting == 1
                    ? $"refused: {count.Reason}"
                    : string.Create(CultureInfo.InvariantCulture, $"refused {waiting} times: {count.Reason}");
                await _audit.WriteAsync(
                    kind.WorkspaceId, kind.Actor, count.Address, kind.Act, count.Subject, outcome, _ending.Token);
                lock (_gate) count.Waiting -= waiting;
            }
            catch (Exception failure) when (DatabaseFailure.Describe(failure) is { } why)
            {
                lock (_gate) count.Due = true;
                if (!failing) ControlLog.RefusalsDelayed(_log, why);
                return false;
            }
            catch (Exception mistake) when (!_ending.IsCancellationRequested)
            {
                // Due again at the window's end, so a mistake that stays is met once a minute.
                ControlLog.WriteMistake(_log, mistake);
            }
        }

        return true;
    }

    private (Kind Kind, Count Count, long Waiting)? TakeDue()
    {
        lock (_gate)
        {
            foreach (var (kind, count) in _counts)
            {
                if (count is not { Due: true, Waiting: > 0 }) continue;
                count.Due = false;
                return (kind, count, count.Waiting);
            }

            return null;
        }
    }

    private static string Network(string address) =>
        IPAddress.TryParse(address, out var parsed) ? AddressClass.Of(parsed) : address;
}
