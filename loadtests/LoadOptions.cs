using System.Globalization;
using PrivateConnect.LoadTests.Paths;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Wan;

namespace PrivateConnect.LoadTests;

/// <summary>What the command line asked for.</summary>
internal sealed record LoadOptions
{
    public IReadOnlyList<PathKind> Paths { get; private init; } = [];

    public IReadOnlyList<IScenario> Scenarios { get; private init; } = [];

    public int Rounds { get; private init; }

    public TimeSpan Length { get; private init; }

    public int IdleStreams { get; private init; }

    /// <summary>No further measurement starts after this; what was measured is kept.</summary>
    public TimeSpan Longest { get; private init; }

    /// <summary>Results are taken from here, added to, and kept here.</summary>
    public string? ResultsFile { get; private init; }

    public string? ReportFile { get; private init; }

    public string? ChartsFolder { get; private init; }

    /// <summary>Only the report and the charts, from what <see cref="ResultsFile"/> holds.</summary>
    public bool Render { get; private init; }

    /// <summary>Where the far side is; null for everything on one machine's loopback.</summary>
    public WanPlace? Wan { get; private init; }

    /// <summary>Reads the options; says which is wrong and what is allowed.</summary>
    public static LoadOptions Parse(string[] arguments)
    {
        var given = new Dictionary<string, string>
        {
            ["--peers"] = "ssh,stunnel,haproxy,nerdbank",
            ["--ours"] = "privateconnect,privateconnect-libcrypto,privateconnect-256,reach",
            ["--rounds"] = "5",
            ["--seconds"] = "5",
            ["--only"] = "",
            ["--idle"] = "10000",
            ["--minutes"] = "120",
            ["--json"] = "",
            ["--report"] = "",
            ["--charts"] = "",
            ["--render"] = "",
            ["--wan"] = "",
        };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!given.ContainsKey(arguments[i]))
                throw new ArgumentException($"Unknown option {arguments[i]}; see loadtests/run.sh --help.");
            if (i + 1 == arguments.Length) throw new ArgumentException($"{arguments[i]} needs a value.");
            given[arguments[i]] = arguments[i + 1];
        }

        var wan = given["--wan"] is { Length: > 0 } place ? WanPlace.Parse(place) : null;
        var scenarios = wan is null ? AllScenarios.Loopback : AllScenarios.Wan;
        string[] ours = given["--ours"] == "none" ? [] : Names(given, "--ours", PathCatalogue.Names);
        var only = Names(given, "--only", [.. scenarios.Select(scenario => scenario.Name)]);
        string[] paths = ["direct", .. Names(given, "--peers", PathCatalogue.Names), .. ours];
        return new LoadOptions
        {
            Paths = [.. PathCatalogue.All.Where(kind => paths.Contains(kind.Name))],
            Scenarios = [.. scenarios.Where(scenario => only.Length == 0 || only.Contains(scenario.Name))],
            Rounds = Number(given, "--rounds", 1, 100),
            Length = TimeSpan.FromSeconds(Number(given, "--seconds", 1, 600)),
            IdleStreams = Number(given, "--idle", 100, 15_000),
            Longest = TimeSpan.FromMinutes(Number(given, "--minutes", 1, 1_000)),
            ResultsFile = Text(given, "--render") ?? Text(given, "--json"),
            ReportFile = Text(given, "--report"),
            ChartsFolder = Text(given, "--charts"),
            Render = Text(given, "--render") is not null,
            Wan = wan,
        };
    }

    private static string? Text(Dictionary<string, string> given, string option) =>
        given[option] is { Length: > 0 } text ? text : null;

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
