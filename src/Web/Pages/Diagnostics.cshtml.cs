using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>The workspace's latest diagnostics, and the links that share some of them.</summary>
public sealed class DiagnosticsModel(Diagnostics diagnostics, ShareLinks shares, ServiceDirectory services) : PersonPage
{
    private const int PageSize = 25;

    /// <summary>Links beyond this are old ones that end soon; the API lists all.</summary>
    private const int MaximumLinks = 100;

    // More is a wall of names; the page Services has them all, with a filter.
    private const int MaximumServices = 60;

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DiagnosticRow> Results { get; private set; } = [];

    /// <summary>Where the next page begins; null on the last one.</summary>
    public string? Next { get; private set; }

    /// <summary>Links that work.</summary>
    public IReadOnlyList<ShareLinkRow> Links { get; private set; } = [];

    /// <summary>Services that there are, to look at.</summary>
    public IReadOnlyList<ServiceRecord> Services { get; private set; } = [];

    /// <summary>Those that only the page Services shows.</summary>
    public int MoreServices { get; private set; }

    /// <summary>Viewers look at what others found.</summary>
    public bool MayAct => Who.Role >= Role.Member;

    /// <summary>The page.</summary>
    public Task OnGetAsync(CancellationToken ct) => ReadAsync(ct);

    /// <summary>Ends a link.</summary>
    public async Task<IActionResult> OnPostRevokeAsync([FromForm] string? id, CancellationToken ct)
    {
        if (!MayAct) return await RefuseAsync(PeopleFailure.NotAllowed, "You may see diagnostics; a member, admin or owner can end links.", ct);
        return await shares.RevokeAsync(Who.WorkspaceId, id, Who.Actor, Requester.Address, ct)
            ? Done("The link opens nothing any more.")
            : await RefuseAsync(PeopleFailure.NotFound, PeopleRefusal.NotFound.Text, ct);
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        var rows = await diagnostics.PageAsync(Who.WorkspaceId, null, Request.Query["before"].ToString(), PageSize + 1, ct);
        Next = rows.Count > PageSize ? rows[PageSize - 1].Id : null;
        Results = [.. rows.Take(PageSize)];
        Links = await shares.ListAsync(Who.WorkspaceId, MaximumLinks, ct);
        var all = services.List(Who.WorkspaceId);
        Services = [.. all.Take(MaximumServices)];
        MoreServices = all.Count - Services.Count;
    }
}
