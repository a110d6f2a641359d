using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Diagnosing;

/// <summary>
/// Reads what an agent reports: every field within its bounds, or there is no report; texts of targets are cut and lose
/// what could drive a terminal or turn a line around. They stay data.
/// </summary>
internal static class ReportReader
{
    /// <summary>No check lasts so long.</summary>
    private const double MaximumMs = 60_000;

    public static TargetReport? Target(ReadOnlySpan<byte> json) => Clean(Parse(json, ReportJson.Default.TargetReport));

    /// <summary>A witness's; its own part is null where it is out of bounds.</summary>
    public static WitnessReport? Witness(ReadOnlySpan<byte> json) =>
        Parse(json, ReportJson.Default.WitnessReport) is { } report && IsTime(report.FirstByteMs)
            ? report with { Target = Clean(report.Target) }
            : null;

    /// <summary>Text for people on one line.</summary>
    public static string Line(string text)
    {
        var clean = new StringBuilder();
        foreach (var rune in text.EnumerateRunes())
        {
            if (clean.Length >= TargetReport.MaxText)
                break;
            var isPlain = Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator);
            clean.Append((isPlain ? rune : Rune.ReplacementChar).ToString());
        }

        return clean.ToString();
    }

    private static T? Parse<T>(ReadOnlySpan<byte> json, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(json, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static TargetReport? Clean(TargetReport? report)
    {
        if (report is null || !Enum.IsDefined(report.Outcome) || !Enum.IsDefined(report.Protocol)
            || (report.Speech is { } speech && !Enum.IsDefined(speech))
            || !IsTime(report.ResolveMs) || !IsTime(report.ConnectMs) || !IsTime(report.AnswerMs)
            || report.HttpStatus is < 0 or > 999
            || (report.Address is { } address && !IPAddress.TryParse(address, out _))
            || (report.Certificate is { } shown && (!Enum.IsDefined(shown.Trust) || shown.Subject is null || shown.Issuer is null)))
            return null;
        return report with
        {
            HttpReason = report.HttpReason is { } reason ? Line(reason) : null,
            Certificate = report.Certificate is { } certificate
                ? certificate with { Subject = Line(certificate.Subject), Issuer = Line(certificate.Issuer) }
                : null,
        };
    }

    private static bool IsTime(double? ms) => ms is null or (>= 0 and <= MaximumMs);
}
