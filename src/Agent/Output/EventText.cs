using System.Globalization;
using System.Text;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>Events in words for people; pure.</summary>
internal static class EventText
{
    private static readonly string[] Columns =
        ["SERVICE", "KIND", "STATE", "TARGET", "PORT", "LIVE", "TOTAL", "IN", "OUT", "IN NOW", "OUT NOW", "SHARE", "HELD BACK BY", "LAST PROBLEM"];

    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static IEnumerable<string> Lines(AgentEvent e) => e.Event switch
    {
        EventName.Approve =>
        [
            $"To let this machine in, open  {e.Url}",
            $"  and compare the code      {e.UserCode}",
            $"It waits for {(e.ExpiresInSeconds ?? 0) / 60} minutes.",
        ],
        EventName.Notice => [$"Attention: {e.Text}"],
        EventName.Enrolled => [$"Enrolled as '{e.Label}' in workspace '{e.Workspace}' (agent {e.AgentId})."],
        EventName.Connected => [$"Connected to {e.Hub} as '{e.Label}'."],
        EventName.Attached => [$"Using the session that process {e.Holder} holds."],
        EventName.Reconnecting => [$"Connection to the hub: {Sentence(e.Text)} Trying again in {Delay(e.DelayMs ?? 0)}."],
        EventName.Exposed =>
        [
            $"'{e.Service}' is exposed: {e.Target}",
            e.Port is null ? "  tunnel port   none: it is reached by name only" : $"  tunnel port   {e.Address}:{e.Port} on the hub",
            $"  other side    connect reach {e.Service}",
        ],
        EventName.Listening => Listening(e),
        EventName.Bench when e.Bench is { } bench => BenchText.Lines(bench),
        EventName.Diagnosis when e.Diagnosis is { } diagnosis => DiagnosisText.Lines(diagnosis),
        EventName.Status => Status(e),
        EventName.WhoAmI =>
        [
            $"agent      {e.AgentId} '{e.Label}'",
            $"workspace  {e.Workspace}",
            $"hub        {e.Hub}" + (e.Pin is null ? "" : $" (pin {e.Pin})"),
            $"key        {e.Fingerprint}",
            $"folder     {e.Config}",
        ],
        EventName.Error when e.Service is not null => [$"connect: {e.Service}: {e.Text}"],
        EventName.Error => [$"connect: {e.Text}"],
        EventName.Stopped => ["Stopped."],
        _ => [e.Text ?? e.Event],
    };

    /// <summary>Takes control characters out: texts come from the hub and must not drive the terminal.</summary>
    public static string Printable(string line) =>
        line.Any(char.IsControl) ? string.Concat(line.Select(c => char.IsControl(c) ? '?' : c)) : line;

    private static string Sentence(string? text) => text is [.., '.' or '?' or '!'] ? text : text + ".";

    private static IEnumerable<string> Listening(AgentEvent e)
    {
        yield return $"'{e.Service}' is reachable at localhost:{e.Port}";
        if (e.Text is not null)
            yield return "  " + e.Text;
    }

    private static IEnumerable<string> Status(AgentEvent e)
    {
        var roundTrip = e.RoundTripMs is { } ms ? Invariant($", round trip {ms:0.0} ms") : "";
        var since = e.Since is { } at ? Invariant($" since {at.ToLocalTime():yyyy-MM-dd HH:mm:ss}") : "";
        yield return $"agent    '{e.Label}' ({e.AgentId}) in workspace '{e.Workspace}'";
        yield return $"session  {e.State}{since}{roundTrip} · {e.Hub}";
        if (e.Text is not null)
            yield return $"last     {e.Text}";
        if (e.Services is not { Count: > 0 } services)
            yield break;
        yield return "";
        foreach (var line in Table(services))
            yield return line;
    }

    private static IEnumerable<string> Table(IReadOnlyList<ServiceStatus> services)
    {
        var rows = new List<string[]> { Columns };
        rows.AddRange(services.Select(s => new[]
        {
            s.Service, s.Kind, s.State, s.Target ?? "-", s.Port is { } port ? Invariant($"{port}") : "-", Invariant($"{s.Streams}"),
            Invariant($"{s.Total}"), Bytes(s.BytesIn), Bytes(s.BytesOut), Rate(s.InRate), Rate(s.OutRate), Share(s.Share), Factor(s),
            s.Problem is null ? "-" : $"{s.Problem}, {Age(s.ProblemAgeSeconds ?? 0)} ago",
        }));
        var widths = Enumerable.Range(0, rows[0].Length).Select(column => rows.Max(row => row[column].Length)).ToArray();
        foreach (var row in rows)
        {
            var line = new StringBuilder();
            for (var column = 0; column < row.Length; column++)
                line.Append(row[column].PadRight(widths[column] + 2));
            yield return line.ToString().TrimEnd();
        }
    }

    private static string Rate(long? bytesPerSecond) => bytesPerSecond is > 0 and var rate ? BitRate.Words(rate * 8.0) : "-";

    /// <summary>What is not the usual of it.</summary>
    private static string Share(ServiceShare? share)
    {
        if (share is null || share == ServiceShare.Default)
            return "-";
        var words = new List<string>();
        if (share.Weight != ServiceShare.DefaultWeight)
            words.Add(Invariant($"weight {share.Weight}"));
        if (share.LimitBitsPerSecond > 0)
            words.Add($"limit {BitRate.Text(share.LimitBitsPerSecond)}");
        if (share.FloorBitsPerSecond > 0)
            words.Add($"floor {BitRate.Text(share.FloorBitsPerSecond)}");
        return string.Join(", ", words);
    }

    /// <summary>What holds the busiest stream back, each way; a silent source holds nothing back.</summary>
    private static string Factor(ServiceStatus s)
    {
        string?[] words = [Word("in", s.InFactor), Word("out", s.OutFactor)];
        return words is [null, null] ? "-" : string.Join(", ", words.Where(word => word is not null));

        static string? Word(string way, string? factor) => factor is null or "none" or "source" ? null : $"{way}: {factor}";
    }

    /// <summary>1536 → 1.5 KiB.</summary>
    public static string Bytes(long count)
    {
        var unit = 0;
        double value = count;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? Invariant($"{count} B") : Invariant($"{value:0.0} {Units[unit]}");
    }

    /// <summary>75 → 1 min.</summary>
    public static string Age(long seconds) => seconds switch
    {
        < 120 => Invariant($"{seconds} s"),
        < 7200 => Invariant($"{seconds / 60} min"),
        < 172800 => Invariant($"{seconds / 3600} h"),
        _ => Invariant($"{seconds / 86400} d"),
    };

    private static string Delay(int milliseconds) =>
        milliseconds < 1000 ? Invariant($"{milliseconds} ms") : Invariant($"{milliseconds / 1000.0:0.0} s");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
