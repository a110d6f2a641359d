using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.People;

/// <summary>Who wants something done in a workspace: a person at the dashboard or a program with a key.</summary>
/// <param name="WorkspaceId">The only workspace that is meant.</param>
/// <param name="Role">What they may do in it now.</param>
/// <param name="UserId">The person; null for a key of the workspace.</param>
/// <param name="Actor">As the audit log names them.</param>
/// <param name="Address">Where from.</param>
public sealed record Requester(string WorkspaceId, Role Role, string? UserId, string Actor, string Address)
{
    /// <summary>The key's bounds, which a key that it makes must keep; null for a person at the dashboard.</summary>
    public ApiKeyIdentity? Key { get; private init; }

    /// <summary>The hub itself, or who sits at its terminal.</summary>
    public static Requester Local(string workspaceId, string actor) => new(workspaceId, Role.Owner, null, actor, "");

    public static Requester Of(SessionIdentity who, string address)
    {
        ArgumentNullException.ThrowIfNull(who);
        return new Requester(who.WorkspaceId, who.Role, who.UserId, who.Actor, address);
    }

    public static Requester Of(ApiKeyIdentity key, string address)
    {
        ArgumentNullException.ThrowIfNull(key);
        return new Requester(key.WorkspaceId, key.Role, key.UserId, key.Actor, address) { Key = key };
    }

    /// <summary>Whose acts end with a membership: the person behind a personal key too.</summary>
    internal string Person => UserId is null ? Actor : $"user {UserId}";
}
