using System.Collections.Immutable;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Rights;

/// <summary>Who may reach what at one moment. Immutable: read on relay loops without a lock and without the database.</summary>
public sealed class PolicySnapshot
{
    /// <summary>Knows nobody and nothing.</summary>
    public static PolicySnapshot Empty { get; } = new(
        ImmutableDictionary<(string, string), ServiceRule>.Empty, ImmutableDictionary<(string, string), Role>.Empty);

    private readonly ImmutableDictionary<(string WorkspaceId, string Service), ServiceRule> _rules;
    private readonly ImmutableDictionary<(string WorkspaceId, string UserId), Role> _roles;

    internal PolicySnapshot(
        ImmutableDictionary<(string WorkspaceId, string Service), ServiceRule> rules,
        ImmutableDictionary<(string WorkspaceId, string UserId), Role> roles) => (_rules, _roles) = (rules, roles);

    /// <summary>What was decided of a service, or the default.</summary>
    public ServiceRule RuleOf(string workspaceId, string service) =>
        _rules.GetValueOrDefault((workspaceId, service)) ?? ServiceRule.Default;

    /// <summary>Whether this person is a member of that workspace.</summary>
    public bool IsMember(string workspaceId, string userId) => _roles.ContainsKey((workspaceId, userId));

    /// <summary>
    /// Whether an agent may reach a service of its own workspace now. An agent that belongs to a person reaches nothing
    /// once that person is no member any more.
    /// </summary>
    public bool MayReach(AgentIdentity agent, string service, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(agent);
        if (agent.Revoked) return false;
        Role? role = null;
        if (agent.OwnerUserId is { } owner)
        {
            if (!_roles.TryGetValue((agent.WorkspaceId, owner), out var held)) return false;
            role = held;
        }

        var rule = RuleOf(agent.WorkspaceId, service);
        if (rule.IsForEveryone) return true;
        foreach (var grant in rule.Grants)
            if ((grant.ExpiresAt is not { } end || end > now) && IsNamed(grant, agent, role)) return true;
        return false;
    }

    /// <summary>When the next grant ends after <paramref name="now"/>; null when none does.</summary>
    public DateTimeOffset? NextExpiry(DateTimeOffset now)
    {
        DateTimeOffset? next = null;
        foreach (var (_, rule) in _rules)
            foreach (var grant in rule.Grants)
                if (grant.ExpiresAt is { } end && end > now && (next is null || end < next)) next = end;
        return next;
    }

    internal PolicySnapshot With(string workspaceId, string service, ServiceRule rule) =>
        new(_rules.SetItem((workspaceId, service), rule), _roles);

    internal PolicySnapshot Without(string workspaceId, string service) =>
        new(_rules.Remove((workspaceId, service)), _roles);

    internal PolicySnapshot WithMembers(string workspaceId, IEnumerable<(string UserId, Role Role)> members) => new(
        _rules,
        _roles.RemoveRange(_roles.Keys.Where(key => key.WorkspaceId == workspaceId))
            .SetItems(members.Select(m => KeyValuePair.Create((workspaceId, m.UserId), m.Role))));

    internal PolicySnapshot WithoutMember(string workspaceId, string userId) =>
        new(_rules, _roles.Remove((workspaceId, userId)));

    private static bool IsNamed(Grant grant, AgentIdentity agent, Role? role) => grant.Kind switch
    {
        GrantKind.Member => agent.OwnerUserId == grant.Subject,
        GrantKind.Role => role >= Roles.Parse(grant.Subject),
        GrantKind.Agent => agent.AgentId == grant.Subject,
        GrantKind.Tag => agent.HasTag(grant.Subject),
        _ => false,
    };
}
