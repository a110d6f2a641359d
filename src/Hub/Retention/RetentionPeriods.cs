namespace PrivateConnect.Hub.Retention;

/// <summary>How long the hub keeps what grows; zero means for ever.</summary>
public sealed record RetentionPeriods
{
    /// <summary>RETAIN_AUDIT_DAYS: the audit log. A year, so that last year's question can be answered.</summary>
    public TimeSpan Audit { get; init; } = TimeSpan.FromDays(365);

    /// <summary>RETAIN_TUNNELS_DAYS: what flowed, by the minute.</summary>
    public TimeSpan Tunnels { get; init; } = TimeSpan.FromDays(30);

    /// <summary>RETAIN_DIAGNOSTICS_DAYS: diagnostics, and with them their share links.</summary>
    public TimeSpan Diagnostics { get; init; } = TimeSpan.FromDays(30);

    /// <summary>RETAIN_SPENT_DAYS: sessions, links, tokens and codes after they ended, expired or were used.</summary>
    public TimeSpan Spent { get; init; } = TimeSpan.FromDays(1);
}
