using System.Security.Cryptography;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Protocol.Handshake;

namespace PrivateConnect.Hub.Auth;

/// <summary>Changes of an agent in the database, each with its audit line in one transaction.</summary>
internal sealed class AgentChanges(Database database, AuditLog audit)
{
    /// <summary>Renames it, tags it, hands it to another member; what is null stays. Null: there is no such agent.</summary>
    public async Task<AgentRow?> ChangeAsync(
        string workspaceId, string agentId, string? label, string? tags, string? ownerUserId, string actor,
        string address, CancellationToken ct)
    {
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (await db.FindAgentAsync(workspaceId, agentId, ct) is not { } row) return null;
        row = row with { Label = label ?? row.Label, Tags = tags ?? row.Tags, OwnerUserId = ownerUserId ?? row.OwnerUserId };
        if (!await db.ChangeAgentAsync(row, ct)) return null;
        await audit.WriteAsync(
            db, workspaceId, actor, address, "agent.change", agentId,
            $"label {row.Label}, owner {row.OwnerUserId ?? "nobody"}, tags {row.Tags}", ct);
        await transaction.CommitAsync(ct);
        return row;
    }

    /// <summary>Puts a new key in the place of the old one; both must have signed.</summary>
    public async Task<bool> RotateAsync(
        AgentIdentity agent, byte[] oldKey, byte[] newKey, string address, CancellationToken ct)
    {
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.RotateAgentAsync(agent.AgentId, AgentKey.Text(oldKey), newKey, AgentKey.Text(newKey), ct)) return false;
        await audit.WriteAsync(
            db, agent.WorkspaceId, $"agent {agent.AgentId}", address, "agent.rotate", agent.AgentId, "done", ct);
        await transaction.CommitAsync(ct);
        return true;
    }

    /// <summary>Takes an ephemeral agent out of the tables, with its services; their names are the answer.</summary>
    public async Task<List<string>> RemoveAsync(AgentIdentity agent, CancellationToken ct)
    {
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var services = await db.RemoveAgentAsync(agent.AgentId, ct);
        await audit.WriteAsync(db, agent.WorkspaceId, "hub", "", "agent.vanish", agent.AgentId, "done", ct);
        await transaction.CommitAsync(ct);
        return services;
    }

    public static bool IsSignedByBoth(byte[] oldKey, byte[] newKey, byte[] oldSignature, byte[] newSignature)
    {
        var transcript = RotationTranscript.Build(oldKey, newKey);
        return IsSigned(oldKey, transcript, oldSignature) && IsSigned(newKey, transcript, newSignature);
    }

    private static bool IsSigned(byte[] spki, byte[] transcript, byte[] signature)
    {
        if (!AgentKey.IsP256(spki)) return false;
        using var key = ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(spki, out _);
        return key.VerifyData(transcript, signature, HashAlgorithmName.SHA256);
    }
}
