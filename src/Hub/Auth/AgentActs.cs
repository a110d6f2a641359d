using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Auth;

/// <summary>What people and programs do to agents: one way for page and API, with one audit line. Whoever calls has met the role.</summary>
public sealed class AgentActs(AgentDirectory agents, ServicePolicy policy, Database database)
{
    /// <summary>Names, tags, owners, revoking.</summary>
    public const Role ToChange = Role.Admin;

    private static readonly ActRefusal s_notFound = new("", "There is no such agent.");

    /// <summary>Renames it, tags it, gives it to a member (id or e-mail address); what is null stays.</summary>
    public async Task<ActRefusal?> ChangeAsync(
        Requester by, string agentId, string? label, IReadOnlyList<string?>? tags, string? ownerId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (label is not null && !AgentLabel.IsGood(label))
            return new ActRefusal("bad_label",
                $"label has 1 to {AgentLabel.MaximumLength} printable characters and no space at its ends.");
        var words = tags is null ? null : AgentTags.Join(tags);
        if (tags is not null && words is null)
            return new ActRefusal("bad_tags", AgentTags.Rule);
        var owner = ownerId is null ? null : await Members.FindAsync(database, by.WorkspaceId, ownerId, ct);
        if (ownerId is not null && owner is null)
            return new ActRefusal("bad_owner", "ownerId names no member of this workspace, by id or e-mail address.");
        if (owner is not null)
            await policy.KnowMemberAsync(by.WorkspaceId, owner, ct);
        return await agents.ChangeAsync(by.WorkspaceId, agentId, label, words, owner, by.Actor, by.Address, ct) is null ? s_notFound : null;
    }

    /// <summary>Revokes it; its live streams end at once. False: there is no such agent.</summary>
    public Task<bool> RevokeAsync(Requester by, string agentId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        return agents.RevokeAsync(by.WorkspaceId, agentId, by.Actor, by.Address, ct);
    }
}
