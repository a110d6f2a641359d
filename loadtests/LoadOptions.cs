using System.Globalization;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests;

/// <summary>What the command line asked for.</summary>
internal sealed record LoadOptions
{
    public const string Usage = """
        loadtests/run.sh [--peers ssh,stunnel,haproxy] [--rounds N] [--seconds S] [--only NAME,NAME]
                         [--idle N] [--ours privateconnect,reach|none] [--minutes M] [--report FILE]
        """;

    public IReadOnlyList<string> Paths { get; private init; } = [];

    public IReadOnlyList<IScenario> Scenarios { get; private init; } = [];

    public int Rounds { get; private init; }

    public TimeSpan Length { get; private init; }

    public int IdleStreams { get; private init; }

    /// <summary>No further measurement starts after this; what was measured is reported.</summary>
    public TimeSpan Longest { get; private init; }

    public string? ReportFile { get; private init; }

    /// <summary>Reads the options; says which is wrong and what is allowed.</summary>
    public static LoadOptions Parse(string[] arguments)
    {
        var given = new Dictionary<string, string>
        {
            ["--peers"] = "ssh", ["--ours"] = "privateconnect", ["--rounds"] = "3", ["--seconds"] = "5",
            ["--only"] = "", ["--idle"] = "2000", ["--minutes"] = "30", ["--report"] = "",
        };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!given.ContainsKey(arguments[i])) throw new ArgumentException($"Unknown option {arguments[i]}.\n{Usage}");
            if (i + 1 == arguments.Length) throw new ArgumentException($"{arguments[i]} needs a value.\n{Usage}");
            given[arguments[i]] = arguments[i + 1];
        }

        string[] ours = given["--ours"] == "none" ? [] : Names(given, "--ours", PathCatalogue.Names);
        var only = Names(given, "--only", [.. AllScenarios.List.Select(scenario => scenario.Name)]);
        return new LoadOptions
        {
            Paths = [.. new[] { "direct" }.Concat(Names(given, "--peers", PathCatalogue.Names)).Concat(ours).Distinct()],
            Scenarios = [.. AllScenarios.List.Where(scenario => only.Length == 0 || only.Contains(scenario.Name))],
            Rounds = Number(given, "--rounds", 1, 100),
            Length = TimeSpan.FromSeconds(Number(given, "--seconds", 1, 600)),
            IdleStreams = Number(given, "--idle", 100, 15_000),
            Longest = TimeSpan.FromMinutes(Number(given, "--minutes", 1, 1_000)),
            ReportFile = given["--report"] is { Length: > 0 } file ? file : null,
        };
    }

    private static int Number(Dictionary<string, string> given, string option, int least, int most) =>
        int.TryParse(given[option], CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw new ArgumentException($"{option} takes a number from {least} to {most}, not \"{given[option]}\".");

    private static string[] Names(Dictionary<string, string> given, string option, IReadOnlyList<string> allowed)
    {
        var names = given[option].Split(',', StringSplitOptions.RemoveEmptyEntries);
        return names.FirstOrDefault(name => !allowed.Contains(name)) is { } wrong
            ? throw new ArgumentException($"{option} knows no \"{wrong}\"; there are {string.Join(", ", allowed)}.")
            : names;
    }
}
