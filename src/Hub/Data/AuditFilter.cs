namespace PrivateConnect.Hub.Data;

/// <summary>Which lines of the audit log a reader wants; null means all. Until is exclusive.</summary>
public sealed record AuditFilter(
    DateTimeOffset? Since = null, DateTimeOffset? Until = null, string? Act = null, string? Actor = null);
