using System.Collections.Concurrent;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>When a service was diagnosed last, and what was made of it.</summary>
public sealed record LastCheck(DateTimeOffset At, DiagnosisState State);

/// <summary>The last diagnosis of each service that there is, in memory: lists show it and ask no database. Thread-safe.</summary>
public sealed class LastChecks
{
    /// <summary>Read at the start; a service that was looked at before all of these is shown as not looked at lately.</summary>
    private const int ReadAtStart = 1_000;

    private readonly ConcurrentDictionary<(string WorkspaceId, string Service), LastCheck> _last = new();
    private readonly Database _database;
    private readonly ServiceDirectory _services;

    public LastChecks(Database database, ServiceDirectory services)
    {
        ArgumentNullException.ThrowIfNull(services);
        (_database, _services) = (database, services);
        services.Deleted += (workspaceId, service) => _last.TryRemove((workspaceId, service), out _);
    }

    /// <summary>Call once, when the services were read.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        foreach (var row in await db.NewestDiagnosticsAsync(ReadAtStart, ct))
            Note(row);
    }

    /// <summary>Null: nobody looked lately.</summary>
    public LastCheck? Of(string workspaceId, string service) => _last.GetValueOrDefault((workspaceId, service));

    /// <summary>A result was kept. Those of programs in a form of their own, and of services that are none, are passed over.</summary>
    internal void Note(DiagnosticRow row)
    {
        if (row.Service is not { } service || _services.Find(row.WorkspaceId, service) is null || Diagnoser.Read(row) is not { } read)
            return;
        var check = new LastCheck(row.CreatedAt, read.State);
        _last.AddOrUpdate((row.WorkspaceId, service), check, (_, known) => known.At > check.At ? known : check);
    }
}
