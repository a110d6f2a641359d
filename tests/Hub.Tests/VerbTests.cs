using System.Text;
using System.Text.Json;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests;

/// <summary>The verbs of the terminal, as the program calls them.</summary>
public abstract class VerbTests(PostgresServer? server) : EngineSuite(server)
{
    private HubOptions Options => new() { DatabaseUrl = Engine.Url, DataDir = Engine.Folder };

    [Fact]
    public async Task MigrateTellsThenRunsThenIsDone()
    {
        var all = Migration.All(Engine.IsPostgres ? DatabaseUrl.PostgreSql : DatabaseUrl.Sqlite)
            .Select(migration => migration.FullName).ToList();
        for (var i = 0; i < 2; i++)
            Assert.Equal(
                (ExitCodes.MigrationsPending, string.Concat(all.Select(name => $"would run {name}\n"))),
                await MigrateAsync("--dry-run"));
        Assert.False(File.Exists(Path.Combine(Engine.Folder, DatabaseUrl.FileName)), "a dry run made a file");
        var (code, json) = await MigrateAsync("--json");
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Equal(all, JsonDocument.Parse(json).RootElement.GetProperty("applied").EnumerateArray().Select(n => n.GetString()!));
        Assert.Equal((ExitCodes.Ok, "The tables are up to date.\n"), await MigrateAsync("--dry-run"));
        Assert.Equal((ExitCodes.Ok, "The tables are up to date.\n"), await MigrateAsync());
        Assert.Equal((ExitCodes.Usage, ""), await MigrateAsync("--force"));
    }

    [Fact]
    public async Task NewerDatabaseIsRefusedByBothForms()
    {
        await MigrateAsync();
        await using (var hub = await TestHub.StartAsync(Engine))
            await hub.ExecuteAsync("INSERT INTO schema_migrations (number, name, applied_at) VALUES (99, 'future', '')");
        await Assert.ThrowsAsync<DatabaseUnavailableException>(() => MigrateAsync());
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => MigrateAsync("--dry-run"));
        Assert.Contains("version 99", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AuditVerifyNamesTheFirstBrokenLine()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        var workspace = await hub.DefaultWorkspaceAsync();
        for (var i = 0; i < 5; i++) await hub.Audit.WriteAsync(workspace, "a", "", "x.y", $"{i}", "done", Ended);
        var (code, text) = await AuditAsync("verify");
        Assert.Equal(ExitCodes.Ok, code);
        Assert.Contains("workspace -: no lines", text, StringComparison.Ordinal);
        Assert.Contains("workspace default: lines 1 to 5 hold; head 5:", text, StringComparison.Ordinal);
        var head = text[(text.IndexOf("head ", StringComparison.Ordinal) + 5)..].Split('\n')[0];
        Assert.Equal(ExitCodes.Ok, (await AuditAsync("verify", "--workspace", "default", "--head", head)).Code);
        Assert.Equal(ExitCodes.AuditBroken,
            (await AuditAsync("verify", "--workspace", "default", "--head", $"5:{new string('0', 64)}")).Code);

        await hub.ExecuteAsync($"UPDATE audit_events SET object = 'x' WHERE workspace_id = '{workspace}' AND sequence = 3");
        (code, text) = await AuditAsync("verify");
        Assert.Equal(ExitCodes.AuditBroken, code);
        Assert.Contains("workspace default: BROKEN at line 3", text, StringComparison.Ordinal);
        var json = JsonDocument.Parse((await AuditAsync("verify", "--workspace", "default", "--json")).Text).RootElement;
        Assert.Equal((false, 3), (json.GetProperty("intact").GetBoolean(), json.GetProperty("brokenLine").GetInt32()));
    }

    [Fact]
    public async Task AuditExportFiltersByTimeAndWorkspace()
    {
        await using var hub = await TestHub.StartAsync(Engine);
        await hub.Audit.WriteAsync(await hub.DefaultWorkspaceAsync(), "a", "", "x.y", "first", "done", Ended);
        await hub.Audit.WriteAsync(await hub.NewWorkspaceAsync("team"), "a", "", "x.y", "second", "done", Ended);
        await hub.Audit.WriteAsync(null, "a", "", "x.y", "third", "done", Ended);
        Assert.Equal(3, (await AuditAsync("export", "--format", "jsonl")).Text.Count(c => c == '\n'));
        Assert.Equal(4, (await AuditAsync("export", "--format", "csv")).Text.Count(c => c == '\n'));
        var team = (await AuditAsync("export", "--format", "jsonl", "--workspace", "team")).Text;
        Assert.Equal("second", JsonDocument.Parse(team).RootElement.GetProperty("object").GetString());
        Assert.Equal((ExitCodes.Ok, ""), await AuditAsync("export", "--format", "jsonl", "--until", "2001-01-01"));
        foreach (var wrong in (string[][])
        [
            [], ["export"], ["export", "--format", "xml"], ["export", "--format", "csv", "--since", "now"], ["list"],
            ["verify", "--workspace", "absent"], ["verify", "--head", "1:0"], ["verify", "--verbose"], ["export", "--format"],
        ])
            Assert.Equal((ExitCodes.Usage, ""), await AuditAsync(wrong));
    }

    private async Task<(int Code, string Text)> MigrateAsync(params string[] arguments)
    {
        await Engine.CreateAsync();
        await using var output = new StringWriter { NewLine = "\n" };
        await using var errors = new StringWriter();
        var code = await MigrateVerb.RunAsync(Options, arguments, output, errors);
        Assert.Equal(code == ExitCodes.Usage, errors.ToString().Length > 0);
        return (code, output.ToString());
    }

    private async Task<(int Code, string Text)> AuditAsync(params string[] arguments)
    {
        using var output = new MemoryStream();
        await using var errors = new StringWriter();
        var code = await AuditVerbs.RunAsync(Options, arguments, output, errors);
        Assert.Equal(code == ExitCodes.Usage, errors.ToString().Length > 0);
        return (code, Encoding.UTF8.GetString(output.ToArray()));
    }
}

public sealed class VerbTestsOnSqlite() : VerbTests(null);

public sealed class VerbTestsOnPostgres(PostgresServer server) : VerbTests(server);
