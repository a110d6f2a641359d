using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Every agent the hub knows, in memory: a handshake never waits for the database. Changes go to the database first
/// and are visible here when they are in it. Thread-safe.
/// </summary>
public sealed class AgentDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<AgentKey, AgentIdentity> _byKey = new();
    private readonly ConcurrentDictionary<string, AgentIdentity> _byId = new();
    private readonly ConcurrentDictionary<string, AgentPresence> _presences = new();
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Database _database;
    private readonly Enrolment _enrolment;
    private readonly AuditLog _audit;
    private readonly Touches _touches;
    private readonly AgentChanges _changes;
    private readonly ILogger<AgentDirectory> _log;

    public AgentDirectory(
        Database database, ApiKeys keys, AuditLog audit, Quotas quotas, ILogger<AgentDirectory> log)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _audit = audit;
        _log = log;
        _enrolment = new Enrolment(database, keys, audit, quotas);
        _changes = new AgentChanges(database, audit);
        _touches = new Touches(
            database, static (db, id, address, at, ct) => db.TouchAgentAsync(id, address, at, ct), log);
    }

    /// <summary>
    /// An agent was revoked: its id. Raised after the database has it, on the thread of who revoked; must not block.
    /// </summary>
    public event Action<string>? Revoked;

    /// <summary>An agent's label, tags or owner changed. Raised on the thread of who changed it; must not block.</summary>
    public event Action<AgentIdentity>? Changed;

    /// <summary>All agents, revoked ones too.</summary>
    public IReadOnlyList<AgentIdentity> All => [.. _byKey.Values];

    /// <summary>An agent by its id, revoked or not; from memory alone.</summary>
    public AgentIdentity? FindById(string agentId) => _byId.GetValueOrDefault(agentId);

    /// <summary>An agent's label by its id; null when there is none.</summary>
    public string? LabelOf(string agentId) => FindById(agentId)?.Label;

    /// <summary>When it was last here and how often it came; from memory alone.</summary>
    public AgentPresence PresenceOf(string agentId) => _presences.GetValueOrDefault(agentId) ?? AgentPresence.Never;

    /// <summary>Reads all agents; call once before the first Find.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        foreach (var (agent, workspace) in await db.AllAgentsAsync(ct))
        {
            var identity = Identity(agent, workspace);
            Remember(AgentKey.Of(agent.PublicKey), identity);
            _presences[agent.Id] = new AgentPresence(agent.LastSeenAt, agent.LastAddress ?? "", 0);
        }
    }

    /// <summary>The agent of a public key (SubjectPublicKeyInfo), revoked or not; from memory alone.</summary>
    public AgentIdentity? Find(ReadOnlySpan<byte> publicKeySpki) =>
        publicKeySpki.Length is > 0 and <= AgentKey.MaximumBytes
            ? _byKey.GetValueOrDefault(AgentKey.Of(publicKeySpki))
            : null;

    /// <summary>
    /// Enrols a key pair with an API key or a one-time token; the same key pair again is the same agent.
    /// </summary>
    public Task<EnrolResult> EnrolAsync(
        byte[] publicKeySpki, string label, string secret, string address, CancellationToken ct) =>
        EnrolAsync(publicKeySpki, label, secret, address, false, ct);

    /// <summary>The same; an ephemeral agent vanishes with its services when it stays away.</summary>
    public async Task<EnrolResult> EnrolAsync(
        byte[] publicKeySpki, string label, string secret, string address, bool ephemeral, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(publicKeySpki);
        var result = await _enrolment.RunAsync(publicKeySpki, label, secret, address, ephemeral, ct);
        if (result.Agent is { } agent)
        {
            Remember(AgentKey.Of(publicKeySpki), agent);
            ControlLog.Enrolled(_log, agent.Label, agent.Workspace, address, agent.AgentId);
        }

        return result;
    }

    /// <summary>Notes that an agent is there; written later, and lost rather than waited for.</summary>
    public void Touch(string agentId, string address) => Note(agentId, address, 0);

    /// <summary>The same, for one that has just connected.</summary>
    public void Arrived(string agentId, string address) => Note(agentId, address, 1);

    /// <summary>
    /// Revokes an agent of a workspace; false when there is none of that id (or it is revoked already).
    /// </summary>
    public Task<bool> RevokeAsync(string workspaceId, string agentId, string actor, CancellationToken ct) =>
        RevokeAsync(workspaceId, agentId, actor, "", ct);

    /// <summary>The same, with the address of who revokes for the audit log.</summary>
    public async Task<bool> RevokeAsync(
        string workspaceId, string agentId, string actor, string address, CancellationToken ct)
    {
        AgentIdentity revoked;
        AgentKey key;
        await using (var db = _database.Connect())
        {
            await using var transaction = await db.BeginTransactionAsync(ct);
            if (await db.FindAgentAsync(workspaceId, agentId, ct) is not { } row) return false;
            if (!await db.RevokeAgentAsync(workspaceId, agentId, _database.Time.GetUtcNow(), ct)) return false;
            var workspace = await db.WorkspaceNameAsync(workspaceId, ct);
            await _audit.WriteAsync(db, workspaceId, actor, address, "agent.revoke", agentId, "done", ct);
            await transaction.CommitAsync(ct);
            revoked = Identity(row, workspace) with { Revoked = true };
            key = AgentKey.Of(row.PublicKey);
        }

        Remember(key, revoked);
        ControlLog.Revoked(_log, agentId, actor);
        Revoked?.Invoke(agentId);
        return true;
    }

    /// <summary>
    /// Renames an agent, tags it or hands it to another member; what is null stays. Null: there is no such agent.
    /// </summary>
    public Task<AgentIdentity?> ChangeAsync(
        string workspaceId, string agentId, string? label, string? tags, string? ownerUserId, string actor,
        string address, CancellationToken ct) => _turn.InTurnAsync(async () =>
    {
        if (FindById(agentId) is not { Revoked: false } known) return null;
        var row = await _changes.ChangeAsync(workspaceId, agentId, label, tags, ownerUserId, actor, address, ct);
        if (row is null) return null;
        var changed = Identity(row, known.Workspace);
        Remember(AgentKey.Of(row.PublicKey), changed);
        Changed?.Invoke(changed);
        return changed;
    }, ct);

    /// <summary>
    /// Gives an agent a new key pair when the old and the new one both signed the change. The old one is worth nothing
    /// from then on; a session that it proved lives on to its end. Null: refused, whatever the reason.
    /// </summary>
    public Task<AgentIdentity?> RotateAsync(
        byte[] oldKey, byte[] newKey, byte[] oldSignature, byte[] newSignature, string address, CancellationToken ct) =>
        _turn.InTurnAsync(async () =>
    {
        if (!AgentChanges.IsSignedByBoth(oldKey, newKey, oldSignature, newSignature)
            || Find(oldKey) is not { Revoked: false } agent || Find(newKey) is not null
            || !await _changes.RotateAsync(agent, oldKey, newKey, address, ct)) return null;
        _byKey[AgentKey.Of(newKey)] = agent;
        _byKey.TryRemove(AgentKey.Of(oldKey), out _);
        ControlLog.Rotated(_log, agent.Label, address, agent.AgentId);
        return agent;
    }, ct);

    /// <summary>Writes into the audit log that an identity is in use in two places; behind the caller's back.</summary>
    internal void ReportCopied(AgentIdentity agent, string address, string before) => _ = Task.Run(async () =>
    {
        try
        {
            await _audit.WriteAsync(
                agent.WorkspaceId, $"agent {agent.AgentId}", address, "identity.copied", agent.AgentId, $"before at {before}",
                CancellationToken.None);
        }
        catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
        {
            ControlLog.AuditLost(_log, DatabaseFailure.Describe(failure)!);
        }
    });

    /// <summary>Takes an ephemeral agent out of the hub; the names of the services that went with it.</summary>
    internal Task<List<string>> RemoveAsync(AgentIdentity agent, CancellationToken ct) => _turn.InTurnAsync(async () =>
    {
        var services = await _changes.RemoveAsync(agent, ct);
        _byId.TryRemove(agent.AgentId, out _);
        _presences.TryRemove(agent.AgentId, out _);
        foreach (var (key, known) in _byKey)
            if (known.AgentId == agent.AgentId) _byKey.TryRemove(key, out _);
        ControlLog.Vanished(_log, agent.Label, agent.AgentId);
        return services;
    }, ct);

    public async ValueTask DisposeAsync()
    {
        await _touches.DisposeAsync();
        _turn.Dispose();
    }

    internal static AgentIdentity Identity(AgentRow row, string workspace) =>
        new(row.Id, row.WorkspaceId, workspace, row.Label, row.RevokedAt is not null)
        {
            OwnerUserId = row.OwnerUserId,
            Tags = row.Tags,
            Ephemeral = row.Ephemeral,
        };

    private void Note(string agentId, string address, int connections)
    {
        var now = _database.Time.GetUtcNow();
        _presences.AddOrUpdate(
            agentId, new AgentPresence(now, address, connections),
            (_, before) => new AgentPresence(now, address, before.Connections + connections));
        _touches.Add(agentId, address);
    }

    private void Remember(AgentKey key, AgentIdentity agent)
    {
        // An enrolment that was answered just before a revocation must not bring the agent back to life.
        _byKey.AddOrUpdate(key, agent, (_, known) => known.Revoked ? known : agent);
        _byId.AddOrUpdate(agent.AgentId, agent, (_, known) => known.Revoked ? known : agent);
    }
}
