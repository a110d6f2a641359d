namespace PrivateConnect.Hub.Retention;

/// <summary>Which rows of a table are over: the condition compares with <c>@before</c>.</summary>
internal sealed record RetentionRule(string Table, string Condition, Func<RetentionPeriods, TimeSpan> Kept)
{
    /// <summary>Every table that grows by use alone, but the audit log, whose chain needs more than a deletion.</summary>
    public static IReadOnlyList<RetentionRule> All { get; } =
    [
        new("auth_sessions", "expires_at < @before", periods => periods.Spent),
        new("login_links", "expires_at < @before OR spent_at < @before", periods => periods.Spent),
        new("enrolment_tokens", "expires_at < @before", periods => periods.Spent),
        new("invitations", "expires_at < @before OR spent_at < @before", periods => periods.Spent),
        new("device_codes", "expires_at < @before", periods => periods.Spent),
        new("resting_ports", "until < @before", periods => periods.Spent),
        new("share_links", "expires_at < @before OR revoked_at < @before", periods => periods.Spent),
        new("tunnels", "minute < @before", periods => periods.Tunnels),
        new("diagnostics", "created_at < @before", periods => periods.Diagnostics),
    ];
}
