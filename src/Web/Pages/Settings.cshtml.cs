using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>The workspace's name and quotas, and what the hub was told by its environment.</summary>
public sealed class SettingsModel(
    Workspaces workspaces, Quotas quotas, QuotaUse use, HubOptions options, CertificateHolder certificate, Database database,
    MailQueue mail) : PersonPage
{
    /// <summary>May rename the workspace.</summary>
    public bool MayChange => Who.Role >= Role.Admin;

    /// <summary>Of this workspace.</summary>
    public IReadOnlyList<QuotaLine> QuotaLines { get; private set; } = [];

    /// <summary>May set the quotas of all workspaces, and sees how the hub is set up.</summary>
    public bool IsOperator { get; private set; }

    /// <summary>What the hub was told.</summary>
    public HubOptions Options => options;

    /// <summary>What agents are given.</summary>
    public string AgentAddress => $"https://{Announcement.Host(options)}:{options.Port}";

    /// <summary>The hub's key.</summary>
    public HubCertificate Certificate => certificate.Current;

    /// <summary>sqlite or postgresql.</summary>
    public string DatabaseKind => database.Engine == "sqlite" ? "SQLite in the data folder" : "PostgreSQL";

    /// <summary>Links can be mailed.</summary>
    public bool HasMail => mail.IsThere;

    /// <summary>What grows, how long it is kept, and the variable that says so.</summary>
    public IReadOnlyList<(string What, string Kept, string Variable)> Kept =>
    [
        ("Audit log", Days(options.Retention.Audit), "RETAIN_AUDIT_DAYS"),
        ("What flowed, by the minute", Days(options.Retention.Tunnels), "RETAIN_TUNNELS_DAYS"),
        ("Diagnostics and their links", Days(options.Retention.Diagnostics), "RETAIN_DIAGNOSTICS_DAYS"),
        ("Spent sessions, links and codes", Days(options.Retention.Spent), "RETAIN_SPENT_DAYS"),
    ];

    /// <summary>The page.</summary>
    public Task OnGetAsync(CancellationToken ct) => ReadAsync(ct);

    /// <summary>Renames the workspace.</summary>
    public async Task<IActionResult> OnPostRenameAsync([FromForm] string? name, CancellationToken ct) =>
        await AnswerAsync(await workspaces.RenameAsync(Requester, name?.Trim(), ct), "The workspace has its new name.", ct);

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        QuotaLines = use.Of(Who.WorkspaceId);
        IsOperator = MayChange && await quotas.IsOperatorsAsync(Who.WorkspaceId, ct);
    }

    private static string Days(TimeSpan period) => (long)period.TotalDays switch
    {
        0 => "for ever",
        1 => "1 day",
        var days => $"{Format.Count(days)} days",
    };
}
