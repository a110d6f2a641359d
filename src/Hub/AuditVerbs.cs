using System.Text.Json;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub;

/// <summary><c>hub audit verify</c> and <c>hub audit export</c>: the audit log, straight from the database.</summary>
public static class AuditVerbs
{
    private const string Usage = """
        usage: hub audit verify [--workspace NAME] [--head SEQUENCE:HASH] [--json]
               hub audit export --format jsonl|csv [--since TIME] [--until TIME] [--workspace NAME]
        TIME is ISO 8601, such as 2026-01-31 or 2026-01-31T12:00:00Z. --head needs --workspace; the workspace '-' is the hub's own.
        """;

    private const string HubsOwn = "-";

    public static async Task<int> RunAsync(
        HubOptions options, IReadOnlyList<string> arguments, Stream output, TextWriter errors)
    {
        var verb = arguments.Count > 0 ? arguments[0] : "";
        var known = verb switch
        {
            "verify" => VerbArguments.Read(arguments.Skip(1), ["--workspace", "--head"], ["--json"]),
            "export" => VerbArguments.Read(arguments.Skip(1), ["--format", "--since", "--until", "--workspace"], []),
            _ => null,
        };
        if (known is null)
            return await WrongAsync(errors, verb.Length == 0 ? "verify or export?" : $"cannot read '{string.Join(' ', arguments)}'");
        await using var database = await Database.OpenAsync(
            options.DatabaseUrl, options.DataDir, TimeProvider.System, CancellationToken.None);
        var names = await WorkspacesAsync(database, known["--workspace"]);
        if (names.Count == 0 && known["--workspace"] is { } missing)
            return await WrongAsync(errors, $"--workspace '{missing}': there is none of that name");
        return verb == "verify"
            ? await VerifyAsync(database, names, known, output, errors)
            : await ExportAsync(database, names, known, output, errors);
    }

    private static async Task<int> VerifyAsync(
        Database database, Dictionary<string, string> names, VerbArguments given, Stream output, TextWriter errors)
    {
        var noted = given["--head"]?.Split(':') ?? [];
        long at = 0;
        if (given["--head"] is { } head
            && (noted.Length != 2 || !long.TryParse(noted[0], out at) || given["--workspace"] is null))
            return await WrongAsync(errors, $"--head '{head}' is not SEQUENCE:HASH beside a --workspace");

        var code = ExitCodes.Ok;
        await using var text = new StreamWriter(output, leaveOpen: true);
        foreach (var (id, name) in names)
        {
            var report = await AuditVerification.RunAsync(database, id, CancellationToken.None);
            if (report.Broken is null && noted.Length == 2
                && await AuditVerification.HashAtAsync(database, id, at, CancellationToken.None) != noted[1])
                report = report with { Broken = "is not the one that was noted as head", Line = at };
            if (report.Broken is not null) code = ExitCodes.AuditBroken;
            await text.WriteLineAsync(given.Has("--json") ? Json(name, report) : Words(name, report));
        }

        return code;
    }

    private static async Task<int> ExportAsync(
        Database database, Dictionary<string, string> names, VerbArguments given, Stream output, TextWriter errors)
    {
        if (!AuditExport.IsFormat(given["--format"]))
            return await WrongAsync(errors, $"--format '{given["--format"]}' is not jsonl or csv");
        if (!IsoTime.TryRead(given["--since"], out var since))
            return await WrongAsync(errors, $"--since '{given["--since"]}' is not a time");
        if (!IsoTime.TryRead(given["--until"], out var until))
            return await WrongAsync(errors, $"--until '{given["--until"]}' is not a time");
        await AuditExport.WriteAsync(
            database, names.Keys, new AuditFilter(since, until), given["--format"]!, output, CancellationToken.None);
        return ExitCodes.Ok;
    }

    /// <summary>Chains by id with the name that people know; all of them, or the one that was asked for.</summary>
    private static async Task<Dictionary<string, string>> WorkspacesAsync(Database database, string? wanted)
    {
        await using var db = database.Connect();
        var rows = await db.AllWorkspacesAsync(CancellationToken.None);
        var known = rows.ToDictionary(workspace => workspace.Id, workspace => workspace.Name, StringComparer.Ordinal);
        // Names need not be unique; an id or a slug is.
        if (rows.Find(workspace => workspace.Slug == wanted || workspace.Id == wanted) is { } one) wanted = one.Id;
        known[""] = HubsOwn;
        // A workspace that is gone keeps its lines; its id is all that is left of its name.
        foreach (var id in await db.AuditChainIdsAsync(CancellationToken.None)) known.TryAdd(id, id);
        return known.Where(entry => wanted is null || entry.Value == wanted || entry.Key == wanted)
            .OrderBy(entry => entry.Value, StringComparer.Ordinal)
            .ToDictionary(StringComparer.Ordinal);
    }

    private static string Words(string name, AuditReport report) => report.Broken is { } what
        ? $"workspace {name}: BROKEN at line {report.Line}: it {what}"
        : report.Last < report.First
            ? $"workspace {name}: no lines"
            : $"workspace {name}: lines {report.First} to {report.Last} hold; head {report.Last}:{report.Head}";

    private static string Json(string name, AuditReport report)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("workspace", name);
            json.WriteString("workspaceId", report.WorkspaceId);
            json.WriteBoolean("intact", report.Broken is null);
            json.WriteNumber("first", report.First);
            json.WriteNumber("last", report.Last);
            json.WriteString("head", report.Head);
            if (report.Broken is { } what)
            {
                json.WriteNumber("brokenLine", report.Line);
                json.WriteString("broken", what);
            }

            json.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    private static async Task<int> WrongAsync(TextWriter errors, string what)
    {
        await errors.WriteLineAsync($"hub audit: {what}");
        await errors.WriteLineAsync(Usage);
        return ExitCodes.Usage;
    }
}
