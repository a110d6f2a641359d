using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Auth;

/// <summary>Turns a secret and a public key into an agent's row, all or nothing.</summary>
internal sealed class Enrolment(Database database, ApiKeys keys, AuditLog audit, Quotas quotas)
{
    // Two enrolments of one new key pair at once: the second finds the first's row on its next turn.
    private const int MaximumTries = 3;

    private static readonly EnrolResult BadSecret = EnrolResult.Refused(EnrolFailure.BadSecret,
        "The key or token is not valid here: unknown, expired, revoked or already used. "
        + "Make a new one and enrol again.");

    private sealed record Grant(string WorkspaceId, string Workspace, string Actor, string? TokenHash)
    {
        /// <summary>What the audit log says of a new agent.</summary>
        public string Outcome => TokenHash is null ? AuditLog.Done : "by one-time token";

        public string? OwnerUserId { get; init; }

        public bool Ephemeral { get; init; }
    }

    public async Task<EnrolResult> RunAsync(
        byte[] spki, string label, string secret, string address, bool ephemeral, CancellationToken ct)
    {
        // The secret first: a stranger learns nothing about what else would be wrong.
        var (grant, refused) = await FindGrantAsync(secret, ct);
        if (grant is null) return refused!;
        if (!AgentKey.IsP256(spki))
            return EnrolResult.Refused(EnrolFailure.BadKey,
                "The public key is not an ECDSA P-256 key in SubjectPublicKeyInfo form.");
        if (!AgentLabel.IsGood(label))
            return EnrolResult.Refused(EnrolFailure.BadLabel,
                $"A label has 1 to {AgentLabel.MaximumLength} printable characters and no space at its ends; "
                + "choose another.");

        for (var turn = 1; ; turn++)
        {
            try
            {
                return await TryAsync(grant with { Ephemeral = grant.Ephemeral || ephemeral }, spki, label, address, ct);
            }
            catch (Exception race) when (turn < MaximumTries && DatabaseFailure.IsDuplicate(race))
            {
            }
        }
    }

    private async Task<(Grant? Grant, EnrolResult? Refused)> FindGrantAsync(string secret, CancellationToken ct)
    {
        if (EnrolmentTokens.IsToken(secret))
        {
            var hash = TokenSecret.Hash(secret);
            await using var db = database.Connect();
            return await db.FindTokenAsync(hash, database.Time.GetUtcNow(), ct) is not var (token, workspace)
                ? (null, BadSecret)
                : (new Grant(token.WorkspaceId, workspace, Maker(token), hash)
                {
                    OwnerUserId = token.OwnerUserId,
                    Ephemeral = token.Ephemeral,
                }, null);
        }

        if (await keys.VerifyAsync(secret, ct) is not { } key) return (null, BadSecret);
        if (!key.Has(Scopes.Agents))
            return (null, EnrolResult.Refused(EnrolFailure.MissingScope,
                $"This API key may not enrol agents: it lacks the scope {Scopes.Agents}."));
        if (key.Role < Role.Member)
            return (null, EnrolResult.Refused(EnrolFailure.NotAllowed,
                "This API key may not enrol agents: its person is a viewer of the workspace."));
        // What a personal key enrols is its person's machine.
        return (new Grant(key.WorkspaceId, key.Workspace, key.Actor, null) { OwnerUserId = key.UserId }, null);
    }

    /// <summary>Who made it lets the agent in, so that what a key let in is found under that key.</summary>
    private static string Maker(EnrolmentTokenRow token) => token.MadeBy.Length > 0 ? token.MadeBy : "one-time token";

    private async Task<EnrolResult> TryAsync(
        Grant grant, byte[] spki, string label, string address, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        if (grant.TokenHash is not null && !await db.SpendTokenAsync(grant.TokenHash, now, ct)) return BadSecret;

        var keyHash = AgentKey.Text(spki);
        var row = await db.FindAgentByKeyAsync(keyHash, ct);
        if (row is not null && row.WorkspaceId != grant.WorkspaceId)
            return EnrolResult.Refused(EnrolFailure.NotAllowed,
                "This key pair cannot be enrolled here: make a new identity (another config folder) and enrol again.");
        if (row?.RevokedAt is not null)
            return EnrolResult.Refused(EnrolFailure.Revoked,
                "This agent was revoked: make a new identity (another config folder) and enrol again.");

        var known = row is not null;
        if (row is null)
        {
            if (quotas.Of(grant.WorkspaceId).Agents is { } most)
            {
                await db.LockWorkspaceAsync(grant.WorkspaceId, ct);
                if (await db.CountAgentsAsync(grant.WorkspaceId, ct) >= most)
                    return EnrolResult.Refused(EnrolFailure.Quota, WorkspaceQuota.Refusal("agents", most, "revoke one that is not needed"));
            }

            row = new AgentRow
            {
                Id = Ids.New(database.Time),
                WorkspaceId = grant.WorkspaceId,
                PublicKey = spki,
                KeyHash = keyHash,
                Label = label,
                CreatedAt = now,
                OwnerUserId = grant.OwnerUserId,
                Ephemeral = grant.Ephemeral,
            };
            await db.InsertAgentAsync(row, ct);
        }

        if (grant.TokenHash is not null) await db.NameTokenAgentAsync(grant.TokenHash, row.Id, ct);
        await audit.WriteAsync(db, grant.WorkspaceId, grant.Actor, address, "agent.enrol", row.Id,
            known ? "known" : grant.Outcome, ct);
        await transaction.CommitAsync(ct);
        return EnrolResult.Enrolled(AgentDirectory.Identity(row, grant.Workspace));
    }
}
