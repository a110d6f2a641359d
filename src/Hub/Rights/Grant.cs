namespace PrivateConnect.Hub.Rights;

/// <summary>Whom a grant names.</summary>
public enum GrantKind
{
    /// <summary>A member's agents; the subject is the user's id.</summary>
    Member = 0,

    /// <summary>Agents of every member of that role or a higher one.</summary>
    Role = 1,

    /// <summary>One agent, by its id.</summary>
    Agent = 2,

    /// <summary>Every agent with that tag.</summary>
    Tag = 3,
}

/// <summary>Lets somebody reach a service that is not for everyone; for ever where it does not expire.</summary>
public sealed record Grant(
    string Id, GrantKind Kind, string Subject, DateTimeOffset CreatedAt, string CreatedBy, DateTimeOffset? ExpiresAt);
