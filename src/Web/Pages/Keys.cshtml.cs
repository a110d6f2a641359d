using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>API keys: one's own, and for admins those of the workspace.</summary>
public sealed class KeysModel(WorkspaceKeys keys, TimeProvider time) : PersonPage
{
    // All that a workspace can have; see WorkspaceKeys.
    private const int Shown = 200;

    /// <summary>Keys that who looks may see.</summary>
    public IReadOnlyList<ApiKeyRow> Keys { get; private set; } = [];

    /// <summary>The key that was just made; its secret shows this once.</summary>
    public (string Name, string Secret)? Made { get; private set; }

    /// <summary>May make keys of the workspace.</summary>
    public bool MayShare => Who.Role >= Role.Admin;

    /// <summary>The page.</summary>
    public Task OnGetAsync(CancellationToken ct)
    {
        Made = TakeMade(2) is [var name, var secret] ? (name, secret) : null;
        return ReadAsync(ct);
    }

    /// <summary>Makes a key.</summary>
    public async Task<IActionResult> OnPostCreateAsync(
        [FromForm] string? name, [FromForm] string[]? scopes, [FromForm] string? days, [FromForm] string? kind,
        CancellationToken ct)
    {
        DateTimeOffset? expires = null;
        if (days != "never")
        {
            if (!int.TryParse(days, NumberStyles.None, CultureInfo.InvariantCulture, out var count)
                || count > WorkspaceKeys.MaximumLife.TotalDays)
                return await RefuseAsync(PeopleFailure.BadValue, "Choose how long the key works.", ct);
            expires = time.GetUtcNow().AddDays(count);
        }

        var outcome = await keys.CreateAsync(Requester, name?.Trim(), scopes ?? [], expires, kind != "workspace", ct);
        if (!outcome.Done)
            return await RefuseAsync(outcome, ct);
        return ShowOnce(outcome.Value!.Row.Name, outcome.Value.Secret);
    }

    /// <summary>Ends a key.</summary>
    public async Task<IActionResult> OnPostRevokeAsync([FromForm] string? id, CancellationToken ct) =>
        await AnswerAsync(await keys.RevokeAsync(Requester, id ?? "", ct), "The key opens nothing any more.", ct);

    /// <summary>It opens nothing any more.</summary>
    public bool IsOver(ApiKeyRow key) => key?.ExpiresAt <= time.GetUtcNow();

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct) =>
        Keys = await keys.PageAsync(Requester, "", Shown, ct);
}
