using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Auth;

/// <summary>What a member may do in a workspace; each role may do all that the one before it may.</summary>
public enum Role
{
    /// <summary>Sees everything, changes nothing.</summary>
    [MapValue("viewer")]
    Viewer = 0,

    /// <summary>Adds and uses agents and services, and has keys of their own.</summary>
    [MapValue("member")]
    Member = 1,

    /// <summary>Invites and removes members up to this role, and has the workspace's keys.</summary>
    [MapValue("admin")]
    Admin = 2,

    /// <summary>Everything, owners included. A workspace always has one.</summary>
    [MapValue("owner")]
    Owner = 3,
}

/// <summary>Roles as words: in tables, JSON, pages and the audit log.</summary>
public static class Roles
{
    /// <summary>For people who must choose: "viewer, member, admin or owner".</summary>
    public const string Allowed = "viewer, member, admin or owner";

    public static string Word(this Role role) => role switch
    {
        Role.Viewer => "viewer",
        Role.Member => "member",
        Role.Admin => "admin",
        Role.Owner => "owner",
        _ => throw new ArgumentOutOfRangeException(nameof(role)),
    };

    /// <summary>The role of exactly that word; null for any other text.</summary>
    public static Role? Parse(string? word) => word switch
    {
        "viewer" => Role.Viewer,
        "member" => Role.Member,
        "admin" => Role.Admin,
        "owner" => Role.Owner,
        _ => null,
    };
}
