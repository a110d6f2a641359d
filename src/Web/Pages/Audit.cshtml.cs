using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>The workspace's audit log, for admins: filtered, exported, and its chain verified.</summary>
public sealed class AuditModel(
    AuditTrail trail, MemberDirectory members, WorkspaceKeys keys, AgentDirectory agents, HubOptions options) : PersonPage
{
    // The longest lines of all pages: with all its files the page stays below 60 KB.
    private const int PageSize = 40;

    /// <summary>Members and keys whose names are known to the page; others show as they are written.</summary>
    private const int MaximumNames = 200;

    private const string DayForm = "yyyy-MM-dd";

    private const string KeyActor = "key ";

    private Dictionary<string, string> _names = [];
    private Dictionary<string, string> _keys = [];

    /// <summary>Lines of this act alone.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Act { get; set; }

    /// <summary>Lines of this actor alone: as written, or a member's address.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Actor { get; set; }

    /// <summary>From this day on (UTC).</summary>
    [BindProperty(SupportsGet = true)]
    public string? Since { get; set; }

    /// <summary>To this day and with it (UTC).</summary>
    [BindProperty(SupportsGet = true)]
    public string? Until { get; set; }

    /// <summary>Lines before this number.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Before { get; set; }

    /// <summary>Newest first.</summary>
    public IReadOnlyList<AuditEventRow> Lines { get; private set; } = [];

    /// <summary>The address of the next page; null on the last one.</summary>
    public string? Next { get; private set; }

    /// <summary>What a look at the chain found.</summary>
    public AuditReport? Report { get; private set; }

    /// <summary>Others are told whom to ask.</summary>
    public bool MaySee => Who.Role >= Role.Admin;

    /// <summary>How long lines are kept.</summary>
    public string Kept => options.Retention.Audit == TimeSpan.Zero
        ? "Lines are kept for ever."
        : $"Lines are kept for {options.Retention.Audit.TotalDays.ToString("0", CultureInfo.InvariantCulture)} days.";

    /// <summary>A day as its field takes it; nothing for what is none, which the browser would complain about.</summary>
    public static string? Day(string? typed) => TryDay(typed, out _) ? typed : null;

    /// <summary>The page.</summary>
    public Task<IActionResult> OnGetAsync(CancellationToken ct) => ShowAsync(ct);

    /// <summary>All lines that the filter lets through, as a file.</summary>
    public async Task<IActionResult> OnGetExportAsync(string? format, CancellationToken ct)
    {
        if (!MaySee || Filter() is not { } filter || format is not ("jsonl" or "csv"))
            return await ShowAsync(ct);
        Response.ContentType = format == "csv" ? "text/csv; charset=utf-8" : "application/jsonl";
        Response.Headers.ContentDisposition = $"attachment; filename=\"audit.{format}\"";
        await KnowMembersAsync(ct);
        await trail.ExportAsync(Who.WorkspaceId, Named(filter), format == "csv", Response.Body, ct);
        return new EmptyResult();
    }

    /// <summary>Follows the chain. A post: it reads every line.</summary>
    public async Task<IActionResult> OnPostVerifyAsync(CancellationToken ct)
    {
        if (MaySee)
            Report = await trail.VerifyAsync(Who.WorkspaceId, ct);
        return await ShowAsync(ct);
    }

    /// <summary>A member by address, a key by its name, anybody else as the line says.</summary>
    public string Name(AuditEventRow line)
    {
        ArgumentNullException.ThrowIfNull(line);
        return _names.GetValueOrDefault(line.Actor)
            ?? (line.Actor.StartsWith(KeyActor, StringComparison.Ordinal) && _keys.TryGetValue(line.Actor[KeyActor.Length..], out var name)
                ? $"key {name}" : line.Actor);
    }

    /// <summary>The name of the agent, key or member whose id begins what the line is about; null where none does.</summary>
    public string? Thing(AuditEventRow line)
    {
        ArgumentNullException.ThrowIfNull(line);
        var id = line.Object.Split(' ', 2)[0];
        return agents.FindById(id) is { } agent && agent.WorkspaceId == Who.WorkspaceId ? agent.Label
            : _keys.GetValueOrDefault(id) ?? _names.GetValueOrDefault($"user {id}");
    }

    /// <summary>This page with its filter, and more.</summary>
    public string With(params (string Key, string Value)[] more)
    {
        var query = new QueryBuilder();
        foreach (var (key, value) in ((string, string?)[])[("act", Act), ("actor", Actor), ("since", Since), ("until", Until)])
        {
            if (!string.IsNullOrEmpty(value))
                query.Add(key, value);
        }

        foreach (var (key, value) in more)
            query.Add(key, value);
        return "/audit" + query.ToString();
    }

    /// <inheritdoc/>
    protected override async Task ReadAsync(CancellationToken ct)
    {
        if (!MaySee) return;
        await KnowMembersAsync(ct);
        _keys = (await keys.PageAsync(Requester, "", MaximumNames, ct)).ToDictionary(key => key.Id, key => key.Name, StringComparer.Ordinal);
        var before = long.TryParse(Before, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : long.MaxValue;
        if (Filter() is not { } filter) return;
        var rows = await trail.PageAsync(Who.WorkspaceId, Named(filter), before, PageSize + 1, ct);
        Lines = [.. rows.Take(PageSize)];
        if (rows.Count > PageSize)
            Next = With(("before", Lines[^1].Sequence.ToString(CultureInfo.InvariantCulture)));
    }

    private async Task<IActionResult> ShowAsync(CancellationToken ct)
    {
        if (!MaySee)
            return await RefuseAsync(PeopleFailure.NotAllowed, "The audit log is for admins and owners of the workspace: ask one of them, who stand on the page Members, for what you look for.", ct);
        if (Filter() is null)
            return await RefuseAsync(PeopleFailure.BadValue, "A day is written as 2026-01-31.", ct);
        await ReadAsync(ct);
        return Page();
    }

    /// <summary>Null where a day is none.</summary>
    private AuditFilter? Filter()
    {
        if (!TryDay(Since, out var since) || !TryDay(Until, out var until)) return null;
        return new AuditFilter(since, until?.AddDays(1), Word(Act), Word(Actor));
    }

    /// <summary>A member's address in the place of the actor as it is written.</summary>
    private AuditFilter Named(AuditFilter filter) =>
        _names.FirstOrDefault(one => one.Value.Equals(filter.Actor, StringComparison.OrdinalIgnoreCase)).Key is { } actor
            ? filter with { Actor = actor }
            : filter;

    private async Task KnowMembersAsync(CancellationToken ct) =>
        _names = (await members.PageAsync(Who.WorkspaceId, "", MaximumNames, ct))
            .ToDictionary(member => $"user {member.UserId}", member => member.Email, StringComparer.Ordinal);

    private static bool TryDay(string? text, out DateTimeOffset? day)
    {
        day = null;
        if (string.IsNullOrEmpty(text)) return true;
        if (!DateTimeOffset.TryParseExact(text, DayForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var read)
            || read > DateTimeOffset.MaxValue.AddDays(-2))
            return false;
        day = read;
        return true;
    }

    // A zero byte stops PostgreSQL.
    private static string? Word(string? text) =>
        text?.Trim() is { Length: > 0 } word && !word.Contains('\0', StringComparison.Ordinal) ? word : null;
}
