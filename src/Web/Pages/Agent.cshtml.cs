using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>One agent: how it is connected, what it exposes and may reach, and what admins do to it.</summary>
public sealed class AgentModel(AgentDetail detail, AgentActs acts) : LivePage
{
    /// <summary>From the address; anything may stand there.</summary>
    [BindProperty(SupportsGet = true)]
    public string Id { get; set; } = "";

    /// <summary>Null: no such agent here.</summary>
    public AgentIdentity? Agent { get; private set; }

    /// <summary>May rename, tag and revoke.</summary>
    public bool MayChange => Who.Role >= AgentActs.ToChange;

    /// <summary>Asks for the name before it revokes.</summary>
    public Confirmation Revoke => new(
        "revoke", "Revoke agent",
        "Its live streams end at once, its services are down, and its key is worth nothing any more. To come back it must be enrolled anew.",
        Agent!.Label, $"/agents/{Agent.AgentId}?handler=revoke");

    /// <summary>The page.</summary>
    public async Task<IActionResult> OnGetAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        return Agent is null ? NotFound() : Page();
    }

    /// <summary>Renames it and sets its tags.</summary>
    public async Task<IActionResult> OnPostChangeAsync([FromForm] string? label, [FromForm] string? tags, CancellationToken ct)
    {
        await ReadAsync(ct);
        if (Agent is null)
            return NotFound();
        if (!MayChange)
            return await NotAllowedAsync(ct);
        var words = (tags ?? "").Split([' ', ','], StringSplitOptions.RemoveEmptyEntries);
        return await acts.ChangeAsync(Requester, Agent.AgentId, label?.Trim() ?? "", words, null, ct) is { } refused
            ? await RefusedAsync(refused, ct)
            : Done("Label and tags are saved; what it may reach follows at once.");
    }

    /// <summary>Revokes it, when its name was typed.</summary>
    public async Task<IActionResult> OnPostRevokeAsync([FromForm] string? confirm, CancellationToken ct)
    {
        await ReadAsync(ct);
        if (Agent is null)
            return NotFound();
        if (!MayChange)
            return await NotAllowedAsync(ct);
        if (!Confirmation.IsMeant(confirm, Agent.Label))
            return await RefuseAsync(PeopleFailure.BadValue, Confirmation.Refusal(Agent.Label), ct);
        return await acts.RevokeAsync(Requester, Agent.AgentId, ct) ? Done($"{Agent.Label} is revoked.", "/agents") : NotFound();
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, id) = (Who.WorkspaceId, Id);
        var key = $"{workspace} {id}";
        return
        [
            new("facts", "/Pages/_AgentFacts.cshtml", key, sample => detail.Facts(sample, workspace, id)),
            new("exposes", "/Pages/_AgentServices.cshtml", key, sample => detail.Services(sample, workspace, id)),
            new("reaches", "/Pages/_AgentReach.cshtml", key, sample => detail.Reach(sample, workspace, id)),
            new("streams", "/Pages/_AgentStreams.cshtml", key, sample => detail.Streams(sample, workspace, id)),
        ];
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct)
    {
        Agent = detail.Find(Who.WorkspaceId, Id);
        return Task.CompletedTask;
    }

    private Task<IActionResult> NotAllowedAsync(CancellationToken ct) => RefuseAsync(
        PeopleFailure.NotAllowed, $"As {Who.Role.Word()} you may not do this; ask an admin of {Who.Workspace}.", ct);

    private async Task<IActionResult> RefusedAsync(ActRefusal refused, CancellationToken ct) =>
        refused.IsNotFound ? NotFound() : await RefuseAsync(PeopleFailure.BadValue, refused.Text, ct);
}
