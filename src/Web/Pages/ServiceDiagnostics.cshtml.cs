using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>Looks at one service from the hub and from agents, shows earlier looks, shares one with people without an account.</summary>
public sealed class ServiceDiagnosticsModel(
    HubRelay relay, ServiceDirectory services, Diagnostics diagnostics, ShareLinks shares, LiveView live, HubOptions options) : PersonPage
{
    /// <summary>Earlier ones that are shown.</summary>
    private const int Shown = 10;

    /// <summary>The service.</summary>
    [BindProperty(SupportsGet = true, Name = "name")]
    public string Service { get; set; } = "";

    /// <summary>Connected agents that can be asked to look.</summary>
    public IReadOnlyList<LiveAgent> Agents { get; private set; } = [];

    /// <summary>Newest first.</summary>
    public IReadOnlyList<DiagnosticRow> Results { get; private set; } = [];

    /// <summary>A link that was just made; it shows this once.</summary>
    public string? Link { get; private set; }

    /// <summary>When it ends.</summary>
    public DateTimeOffset LinkEnds { get; private set; }

    /// <summary>Viewers look at what others found.</summary>
    public bool MayAct => Who.Role >= Role.Member;

    /// <summary>The page.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        if (!IsThere) return NotFound();
        if (TakeMade(2) is [var made, var ends])
            (Link, LinkEnds) = (made, DateTimeOffset.Parse(ends, CultureInfo.InvariantCulture));
        await ReadAsync(ct);
        return Page();
    }

    /// <summary>Looks now.</summary>
    public async Task<IActionResult> OnPostRunAsync([FromForm] string[]? from, CancellationToken ct)
    {
        if (!IsThere) return NotFound();
        if (!MayAct) return await RefuseAsync(PeopleFailure.NotAllowed, "You may see diagnostics; a member, admin or owner can make them.", ct);
        if (from is null or { Length: 0 or > Diagnoser.MaximumPerspectives } || from.Distinct().Count() != from.Length)
            return await RefuseAsync(PeopleFailure.BadValue, $"Choose 1 to {Diagnoser.MaximumPerspectives} places to look from.", ct);
        var (document, failure) = await relay.Diagnoser.RunAsync(Who.WorkspaceId, Service, from);
        if (document is null)
        {
            return await RefuseAsync(
                failure == DiagnosisFailure.TooSoon ? PeopleFailure.TooMany : PeopleFailure.BadValue,
                failure == DiagnosisFailure.TooSoon
                    ? "This service was diagnosed within the last second; the result is below."
                    : "An agent that was to look is not connected any more. Choose again.", ct);
        }

        await diagnostics.StoreAsync(Who.WorkspaceId, Service, Who.Actor, Diagnoser.Write(document), ct);
        return LocalRedirect(Request.Path.Value!);
    }

    /// <summary>Makes a link that opens one result to whoever has it.</summary>
    public async Task<IActionResult> OnPostShareAsync([FromForm] string? id, [FromForm] string? hours, CancellationToken ct)
    {
        if (!IsThere) return NotFound();
        if (!MayAct) return await RefuseAsync(PeopleFailure.NotAllowed, "You may see diagnostics; a member, admin or owner can share them.", ct);
        if (!int.TryParse(hours, NumberStyles.None, CultureInfo.InvariantCulture, out var life) || life < 1 || life > ShareLinks.MaximumLife.TotalHours)
            return await RefuseAsync(PeopleFailure.BadValue, "Choose how long the link works.", ct);
        if (await shares.CreateAsync(Who.WorkspaceId, id, TimeSpan.FromHours(life), Who.Actor, Requester.Address, ct) is not var (link, secret))
            return await RefuseAsync(PeopleFailure.NotFound, PeopleRefusal.NotFound.Text, ct);
        return ShowOnce($"{options.AppUrl}/shared#{secret}", link.ExpiresAt.ToString("O", CultureInfo.InvariantCulture));
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        Agents = [.. live.Current.Agents.Where(agent => agent.WorkspaceId == Who.WorkspaceId).OrderBy(agent => agent.Label, StringComparer.Ordinal)];
        Results = await diagnostics.PageAsync(Who.WorkspaceId, Service, "", Shown, ct);
    }

    private bool IsThere => services.Find(Who.WorkspaceId, Service) is not null;
}
