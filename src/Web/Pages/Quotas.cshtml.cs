using System.Globalization;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>What every workspace of the hub has and may have; for the hub's operators: admins and owners of its first workspace.</summary>
public sealed class QuotasModel(Workspaces workspaces, Quotas quotas, QuotaUse use) : PersonPage
{
    /// <summary>A page that is still read; the API sets the others'.</summary>
    private const int Shown = 100;

    private const decimal Mega = 1_000_000;

    /// <summary>Whose quotas are being changed.</summary>
    [BindProperty(SupportsGet = true, Name = "workspace")]
    public string? Chosen { get; set; }

    /// <summary>May see and set them.</summary>
    public bool IsOperator { get; private set; }

    /// <summary>Each with its use.</summary>
    public IReadOnlyList<(WorkspaceEntry Workspace, IReadOnlyList<QuotaLine> Lines)> All { get; private set; } = [];

    /// <summary>How many are not shown.</summary>
    public int More { get; private set; }

    /// <summary>The chosen one.</summary>
    public (WorkspaceEntry Workspace, IReadOnlyList<QuotaLine> Lines)? One =>
        All.Where(one => one.Workspace.Id == Chosen).Select(one => ((WorkspaceEntry, IReadOnlyList<QuotaLine>)?)one).FirstOrDefault();

    /// <summary>The page.</summary>
    public async Task OnGetAsync(CancellationToken ct)
    {
        await ReadAsync(ct);
        if (!IsOperator) Response.StatusCode = StatusCodes.Status403Forbidden;
    }

    /// <summary>Sets the quotas of one workspace.</summary>
    public async Task<IActionResult> OnPostAsync(
        [FromForm] string? agents, [FromForm] string? services, [FromForm] string? ports, [FromForm] string? streams,
        [FromForm] string? bandwidth, CancellationToken ct)
    {
        if (!await IsOperatorAsync(ct))
            return await RefuseAsync(PeopleFailure.NotAllowed, "Quotas are set by admins and owners of the hub's first workspace.", ct);
        if (!TryNumber(agents, out var a) || !TryNumber(services, out var s) || !TryNumber(ports, out var p) || !TryNumber(streams, out var t))
            return await RefuseAsync(PeopleFailure.BadValue, "A quota is a whole number from 0 on; leave the field empty for no quota.", ct);
        if (!TryBits(bandwidth, out var b))
            return await RefuseAsync(PeopleFailure.BadValue, "Bandwidth is in Mbit/s, 0.064 at least; leave the field empty for no quota.", ct);
        return Guid.TryParseExact(Chosen, "D", out _)
            && await quotas.SetAsync(Chosen!, new WorkspaceQuota(a, s, p, t, b), Who.Actor, Requester.Address, ct)
            ? Done("The quotas hold from now on; what is above one already stays.")
            : await RefuseAsync(PeopleFailure.NotFound, "There is no such workspace.", ct);
    }

    /// <summary>A limit as its field shows it.</summary>
    public static string Field(QuotaLine line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return line.Limit is not { } limit ? ""
            : line.IsBits ? (limit / Mega).ToString("0.######", CultureInfo.InvariantCulture)
            : limit.ToString(CultureInfo.InvariantCulture);
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        IsOperator = await IsOperatorAsync(ct);
        if (!IsOperator) return;
        var all = await workspaces.AllAsync(ct);
        More = Math.Max(0, all.Count - Shown);
        All = [.. all.OrderByDescending(one => one.Id == Chosen).Take(Shown)
            .OrderBy(one => one.Name, StringComparer.OrdinalIgnoreCase).Select(one => (one, use.Of(one.Id)))];
    }

    private async Task<bool> IsOperatorAsync(CancellationToken ct) =>
        Who.Role >= Role.Admin && await quotas.IsOperatorsAsync(Who.WorkspaceId, ct);

    private static bool TryNumber(string? text, out int? number)
    {
        number = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        if (!int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var typed)) return false;
        number = typed;
        return true;
    }

    private static bool TryBits(string? text, out long? bits)
    {
        bits = null;
        if (string.IsNullOrWhiteSpace(text)) return true;
        if (!decimal.TryParse(text.Trim(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var mega)
            || mega > WorkspaceQuota.MostBandwidth / Mega || mega < WorkspaceQuota.LeastBandwidth / Mega)
            return false;
        bits = (long)(mega * Mega);
        return true;
    }
}
