using System.Text.Json;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub;

/// <summary><c>hub migrate</c>: brings the tables up to date without starting the hub, or tells what that would run.</summary>
public static class MigrateVerb
{
    private const string Usage = "usage: hub migrate [--dry-run] [--json]";

    public static async Task<int> RunAsync(
        HubOptions options, IReadOnlyList<string> arguments, TextWriter output, TextWriter errors)
    {
        if (VerbArguments.Read(arguments, [], ["--dry-run", "--json"]) is not { } given)
        {
            await errors.WriteLineAsync($"hub migrate: cannot read '{string.Join(' ', arguments)}'");
            await errors.WriteLineAsync(Usage);
            return ExitCodes.Usage;
        }

        var dry = given.Has("--dry-run");
        var names = dry ? await PendingAsync(options) : await ApplyAsync(options);
        if (given.Has("--json"))
            await output.WriteLineAsync(JsonSerializer.Serialize(
                new Dictionary<string, IReadOnlyList<string>> { [dry ? "pending" : "applied"] = names }));
        else if (names.Count == 0)
            await output.WriteLineAsync("The tables are up to date.");
        else
            foreach (var name in names) await output.WriteLineAsync($"{(dry ? "would run" : "ran")} {name}");
        return dry && names.Count > 0 ? ExitCodes.MigrationsPending : ExitCodes.Ok;
    }

    private static Task<IReadOnlyList<string>> PendingAsync(HubOptions options) => Database.PendingMigrationsAsync(
        options.DatabaseUrl, options.DataDir, TimeProvider.System, CancellationToken.None);

    private static async Task<IReadOnlyList<string>> ApplyAsync(HubOptions options)
    {
        await using var database = await Database.OpenAsync(
            options.DatabaseUrl, options.DataDir, TimeProvider.System, CancellationToken.None);
        return database.Applied;
    }
}
