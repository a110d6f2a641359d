using System.Globalization;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>A diagnosis for people: a line for each place it was looked from, what was found, what to do next; pure.</summary>
internal static class DiagnosisText
{
    /// <summary>Whether all is there that <see cref="Lines"/> needs; JSON may lack it.</summary>
    public static bool IsWhole(DiagnosisDocument diagnosis) => diagnosis.Perspectives?.All(one => one?.Text is not null) == true;

    public static IEnumerable<string> Lines(DiagnosisDocument diagnosis)
    {
        yield return "";
        var width = Math.Max(4, diagnosis.Perspectives.Select(one => one.From?.Length ?? 0).DefaultIfEmpty().Max());
        yield return $"{"FROM".PadRight(width)}  {"TO ITS AGENT",13}  {"AGENT TO IT",13}  {"FIRST ANSWER",13}  RESULT";
        foreach (var one in diagnosis.Perspectives)
        {
            yield return $"{(one.From ?? "").PadRight(width)}  {Ms(one.RoundTripMs),13}  {Ms(one.Found?.ConnectMs),13}  {Ms(one.Found?.AnswerMs),13}  {one.Verdict}";
        }

        yield return "";
        foreach (var one in diagnosis.Perspectives.DistinctBy(one => one.Text))
        {
            yield return one.Text;
            if (!string.IsNullOrEmpty(one.Next))
                yield return one.Next;
        }

        if (diagnosis.Perspectives.Select(one => one.Found?.Certificate).FirstOrDefault(shown => shown is not null) is { } certificate)
            yield return Words(certificate);
    }

    private static string Words(CertificateReport shown)
    {
        var trust = shown.Trust switch
        {
            CertificateTrust.Trusted => "trusted by the agent's machine",
            CertificateTrust.SelfSigned => "signed by itself",
            CertificateTrust.OtherName => "for another name than the target's",
            _ => "by an authority that the agent's machine does not know",
        };
        return string.Create(
            CultureInfo.InvariantCulture, $"Certificate: {shown.Subject}, by {shown.Issuer}, until {shown.NotAfter.UtcDateTime:yyyy-MM-dd}, {trust}.");
    }

    private static string Ms(double? ms) => ms is { } value ? string.Create(CultureInfo.InvariantCulture, $"{value:0.000} ms") : "-";
}
