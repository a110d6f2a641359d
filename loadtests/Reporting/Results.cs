using System.Text.Json;
using System.Text.Json.Serialization;
using PrivateConnect.LoadTests.Scenarios;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>
/// Every figure of every round. With a file, each measurement is on disk when the next one starts, and several sittings
/// under the same conditions add up to one run.
/// </summary>
internal sealed class Results
{
    private static readonly JsonSerializerOptions Format = new()
    {
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter() },
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly string? _file;
    private readonly Kept _kept;

    private Results(string? file, Kept kept) => (_file, _kept) = (file, kept);

    public IReadOnlyDictionary<string, string> Conditions => _kept.Conditions;

    public IReadOnlyList<Dictionary<string, string>> Sittings => _kept.Sittings;

    public IReadOnlyList<Sample> Samples => _kept.Samples;

    public IReadOnlyList<string> Failures => _kept.Failures;

    /// <summary>Goes on with a file if there is one; refuses one that was measured under other conditions.</summary>
    public static Results Open(string? file, Dictionary<string, string> conditions)
    {
        if (file is null || !File.Exists(file)) return new Results(file, new Kept(conditions, [], [], []));
        var there = Read(file);
        foreach (var (what, now) in conditions)
        {
            var then = there.Conditions.GetValueOrDefault(what, "unknown");
            if (then != now)
                throw new ArgumentException(
                    $"{file} was measured with {what} {then}, now it is {now}: figures of both do not belong into one table. "
                    + "Name another file or remove this one.");
        }

        return there;
    }

    public static Results Read(string file)
    {
        try
        {
            var kept = JsonSerializer.Deserialize<Kept>(File.ReadAllText(file), Format);
            return new Results(file, kept ?? throw new ArgumentException($"{file} is empty."));
        }
        catch (Exception unreadable) when (unreadable is JsonException or IOException)
        {
            throw new ArgumentException($"{file} cannot be read as results: {unreadable.Message}", unreadable);
        }
    }

    public bool Holds(string scenario, string path, int round) =>
        _kept.Samples.Exists(sample => (sample.Scenario, sample.Path, sample.Round) == (scenario, path, round));

    /// <summary>A sitting: when, and how busy the machine was before it.</summary>
    public void Began(Dictionary<string, string> sitting)
    {
        _kept.Sittings.Add(sitting);
        _kept.Failures.Clear(); // What failed before is missing from the samples and is tried again now.
    }

    public void Add(Sample sample)
    {
        _kept.Samples.Add(sample);
        Save();
    }

    public void Fail(string what)
    {
        _kept.Failures.Add(what);
        Save();
    }

    private void Save()
    {
        if (_file is null) return;
        var beside = _file + ".new";
        File.WriteAllText(beside, JsonSerializer.Serialize(_kept, Format) + "\n");
        File.Move(beside, _file, overwrite: true);
    }

    private sealed record Kept(
        Dictionary<string, string> Conditions, List<Dictionary<string, string>> Sittings, List<Sample> Samples,
        List<string> Failures);
}

/// <summary>What one scenario measured over one path in one round.</summary>
internal sealed record Sample(string Scenario, string Path, int Round, IReadOnlyList<Measured> Figures);
