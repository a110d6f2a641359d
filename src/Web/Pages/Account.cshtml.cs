using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>What belongs to the person: workspaces and sessions.</summary>
public sealed class AccountModel(Workspaces workspaces, AuthSessions sessions) : PersonPage
{
    /// <summary>Where the person is a member.</summary>
    public IReadOnlyList<WorkspaceEntry> Workspaces { get; private set; } = [];

    /// <summary>Logged-in browsers, newest first.</summary>
    public IReadOnlyList<AuthSessionRow> Sessions { get; private set; } = [];

    /// <summary>The page.</summary>
    public Task OnGetAsync(CancellationToken ct) => ReadAsync(ct);

    /// <summary>Shows another workspace.</summary>
    public async Task<IActionResult> OnPostSwitchAsync([FromForm] string? id, CancellationToken ct) =>
        await sessions.SwitchAsync(Who, id ?? "", ct)
            ? LocalRedirect("/")
            : await RefuseAsync(PeopleFailure.NotFound, PeopleRefusal.NotFound.Text, ct);

    /// <summary>Makes a workspace and shows it.</summary>
    public async Task<IActionResult> OnPostCreateAsync([FromForm] string? name, CancellationToken ct)
    {
        var outcome = await workspaces.CreateAsync(
            Who.UserId, name?.Trim(), Who.Actor, Entrance.Address(HttpContext), ct);
        if (outcome.Value is not { } made)
            return await RefuseAsync(outcome, ct);
        await sessions.SwitchAsync(Who, made.Id, ct);
        return Done($"{made.Name} is made, and you are its owner.", "/");
    }

    /// <summary>Ends one session, this one too.</summary>
    public async Task<IActionResult> OnPostEndAsync([FromForm] string? id, CancellationToken ct) =>
        await sessions.EndAsync(Requester, id ?? "", ct)
            ? LocalRedirect("/account")
            : await RefuseAsync(PeopleFailure.NotFound, PeopleRefusal.NotFound.Text, ct);

    /// <summary>Logs out everywhere.</summary>
    public async Task<IActionResult> OnPostEverywhereAsync(CancellationToken ct)
    {
        await sessions.EndAllAsync(Requester, ct);
        SessionCookie.Take(HttpContext);
        return LocalRedirect("/login");
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        Workspaces = await workspaces.OfAsync(Who.UserId, ct);
        Sessions = await sessions.OfAsync(Who.UserId, ct);
    }
}
