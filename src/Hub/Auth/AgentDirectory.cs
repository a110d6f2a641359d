using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// Every agent the hub knows, in memory: a handshake never waits for the database. Changes go to the database first
/// and are visible here when they are in it. Thread-safe.
/// </summary>
public sealed class AgentDirectory : IAsyncDisposable
{
    private readonly ConcurrentDictionary<AgentKey, AgentIdentity> _byKey = new();
    private readonly Database _database;
    private readonly Enrolment _enrolment;
    private readonly AuditLog _audit;
    private readonly AgentTouches _touches;
    private readonly ILogger<AgentDirectory> _log;

    public AgentDirectory(Database database, ApiKeys keys, AuditLog audit, ILogger<AgentDirectory> log)
    {
        ArgumentNullException.ThrowIfNull(database);
        _database = database;
        _audit = audit;
        _log = log;
        _enrolment = new Enrolment(database, keys, audit);
        _touches = new AgentTouches(database, log);
    }

    /// <summary>
    /// An agent was revoked: its id. Raised after the database has it, on the thread of who revoked; must not block.
    /// </summary>
    public event Action<string>? Revoked;

    /// <summary>The same with the workspace's id first.</summary>
    internal event Action<string, string>? RevokedIn;

    /// <summary>All agents, revoked ones too.</summary>
    public IReadOnlyList<AgentIdentity> All => [.. _byKey.Values];

    /// <summary>An agent's label by its id; null when there is none.</summary>
    public string? LabelOf(string agentId)
    {
        foreach (var (_, agent) in _byKey)
        {
            if (agent.AgentId == agentId)
                return agent.Label;
        }

        return null;
    }

    /// <summary>Reads all agents; call once before the first Find.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        foreach (var (agent, workspace) in await db.AllAgentsAsync(ct))
        {
            var identity = new AgentIdentity(
                agent.Id, agent.WorkspaceId, workspace, agent.Label, agent.RevokedAt is not null);
            Remember(AgentKey.Of(agent.PublicKey), identity);
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
    public async Task<EnrolResult> EnrolAsync(
        byte[] publicKeySpki, string label, string secret, string address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(publicKeySpki);
        var result = await _enrolment.RunAsync(publicKeySpki, label, secret, address, ct);
        if (result.Agent is { } agent)
        {
            Remember(AgentKey.Of(publicKeySpki), agent);
            ControlLog.Enrolled(_log, agent.Label, agent.Workspace, address, agent.AgentId);
        }

        return result;
    }

    /// <summary>Notes that an agent is there; written later, and lost rather than waited for.</summary>
    public void Touch(string agentId, string address) => _touches.Add(agentId, address);

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
            revoked = new AgentIdentity(agentId, workspaceId, workspace, row.Label, true);
            key = AgentKey.Of(row.PublicKey);
        }

        Remember(key, revoked);
        ControlLog.Revoked(_log, agentId, actor);
        Revoked?.Invoke(agentId);
        RevokedIn?.Invoke(workspaceId, agentId);
        return true;
    }

    public ValueTask DisposeAsync() => _touches.DisposeAsync();

    private void Remember(AgentKey key, AgentIdentity agent) =>
        // An enrolment that was answered just before a revocation must not bring the agent back to life.
        _byKey.AddOrUpdate(key, agent, (_, known) => known.Revoked ? known : agent);
}
