using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>A quota and how much of it is used; Limit: null where there is none.</summary>
public sealed record QuotaLine(string Name, long Used, long? Limit);

/// <summary>The workspace's name and quotas, and what the hub was told by its environment.</summary>
public sealed class SettingsModel(
    Workspaces workspaces, Quotas quotas, AgentDirectory agents, ServiceDirectory services, LiveView live, HubOptions options,
    CertificateHolder certificate, Database database, MailQueue mail) : PersonPage
{
    /// <summary>May rename the workspace, and sees how the hub is set up.</summary>
    public bool MayChange => Who.Role >= Role.Admin;

    /// <summary>Of this workspace.</summary>
    public IReadOnlyList<QuotaLine> QuotaLines { get; private set; } = [];

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
    public async Task<IActionResult> OnPostRenameAsync([FromForm] string? name, CancellationToken ct)
    {
        var outcome = await workspaces.RenameAsync(Requester, name?.Trim(), ct);
        return outcome.Done ? Done("The workspace has its new name.") : await AnswerAsync(outcome, ct);
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct)
    {
        var (quota, known) = (quotas.Of(Who.WorkspaceId), services.List(Who.WorkspaceId));
        QuotaLines =
        [
            new("Agents", agents.All.Count(a => a.WorkspaceId == Who.WorkspaceId && !a.Revoked), quota.Agents),
            new("Services", known.Count, quota.Services),
            new("Ports", known.Count(service => service.Port is not null), quota.Ports),
            new("Streams", live.Current.Services.Where(s => s.WorkspaceId == Who.WorkspaceId).Sum(s => (long)s.Streams), quota.Streams),
        ];
        return Task.CompletedTask;
    }

    private static string Days(TimeSpan period) => (long)period.TotalDays switch
    {
        0 => "for ever",
        1 => "1 day",
        var days => $"{Format.Count(days)} days",
    };
}
