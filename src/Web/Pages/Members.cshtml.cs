using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>Who belongs to the workspace: members, invitations, roles, and its name.</summary>
public sealed class MembersModel(
    MemberDirectory members, Invitations invitations, Workspaces workspaces, MailQueue mail) : PersonPage
{
    // A page of either list; a longer one is read with the API.
    private const int Shown = 100;

    /// <summary>In the order they came.</summary>
    public IReadOnlyList<MemberEntry> Members { get; private set; } = [];

    /// <summary>Open ones; admins see them.</summary>
    public IReadOnlyList<InvitationRow> Invitations { get; private set; } = [];

    /// <summary>Who was just invited, and the link, which shows this once; empty when it was mailed.</summary>
    public (string Email, string Link)? Made { get; private set; }

    /// <summary>More members than the page shows.</summary>
    public string? Next { get; private set; }

    /// <summary>Where this page of members starts.</summary>
    [FromQuery(Name = "after")]
    public string? After { get; set; }

    /// <summary>Links can be mailed.</summary>
    public bool HasMail => mail.IsThere;

    /// <summary>May change members and the name.</summary>
    public bool MayChange => Who.Role >= Role.Admin;

    /// <summary>The roles that who looks may give.</summary>
    public IEnumerable<Role> Roles => Enum.GetValues<Role>().Where(role => role <= Who.Role);

    /// <summary>This member's role may be changed by who looks.</summary>
    public bool MayTouch(MemberEntry member) => MayChange && member.Role <= Who.Role;

    /// <summary>The page.</summary>
    public Task OnGetAsync(CancellationToken ct)
    {
        Made = TakeMade(2) is [var email, var link] ? (email, link) : null;
        return ReadAsync(ct);
    }

    /// <summary>Invites.</summary>
    public async Task<IActionResult> OnPostInviteAsync(
        [FromForm] string? email, [FromForm] string? role, [FromForm] string? how, CancellationToken ct)
    {
        if (Parse(role) is not { } wanted)
            return await BadRoleAsync(ct);
        var outcome = await invitations.CreateAsync(Requester, email, wanted, how == "mail", ct);
        if (!outcome.Done)
            return await RefuseAsync(outcome, ct);
        var made = outcome.Value!;
        return ShowOnce(made.Invitation.Email, made.Link ?? "");
    }

    /// <summary>Takes an invitation back.</summary>
    public async Task<IActionResult> OnPostWithdrawAsync([FromForm] string? id, CancellationToken ct) =>
        await AnswerAsync(await invitations.WithdrawAsync(Requester, id ?? "", ct), "The invitation opens nothing any more.", ct);

    /// <summary>Changes a role.</summary>
    public async Task<IActionResult> OnPostRoleAsync([FromForm] string? id, [FromForm] string? role, CancellationToken ct) =>
        Parse(role) is { } wanted
            ? await AnswerAsync(await members.SetRoleAsync(Requester, id ?? "", wanted, ct), "The role holds from now on.", ct)
            : await BadRoleAsync(ct);

    /// <summary>Ends a membership; one's own leads back to the log-in.</summary>
    public async Task<IActionResult> OnPostRemoveAsync([FromForm] string? id, CancellationToken ct) =>
        await AnswerAsync(await members.RemoveAsync(Requester, id ?? "", ct), id == Who.UserId ? $"You left {Who.Workspace}." : "The member is removed; personal keys and sessions here are over.", ct);

    /// <summary>Hands the workspace over.</summary>
    public async Task<IActionResult> OnPostTransferAsync([FromForm] string? id, CancellationToken ct) =>
        await AnswerAsync(await members.TransferAsync(Requester, id ?? "", ct), "The workspace is handed over; you are an admin of it now.", ct);

    /// <summary>Renames the workspace.</summary>
    public async Task<IActionResult> OnPostRenameAsync([FromForm] string? name, CancellationToken ct) =>
        await AnswerAsync(await workspaces.RenameAsync(Requester, name?.Trim(), ct), "The workspace has its new name.", ct);

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        Members = await members.PageAsync(Who.WorkspaceId, After ?? "", Shown + 1, ct);
        if (Members.Count > Shown)
        {
            Members = [.. Members.Take(Shown)];
            Next = Members[^1].UserId;
        }

        if (MayChange)
            Invitations = await invitations.PageAsync(Who.WorkspaceId, "", Shown, ct);
    }

    private static Role? Parse(string? role) => PrivateConnect.Hub.Auth.Roles.Parse(role);

    private Task<IActionResult> BadRoleAsync(CancellationToken ct) => RefuseAsync(
        PeopleFailure.BadValue, $"A role is {PrivateConnect.Hub.Auth.Roles.Allowed}.", ct);
}
