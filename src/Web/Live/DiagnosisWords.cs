using System.Globalization;
using System.Text.Json;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Web.Live;

/// <summary>Parts of a diagnosis as pages show them; what comes from agents and targets stays text, which the page encodes.</summary>
internal static class DiagnosisWords
{
    private static readonly JsonSerializerOptions s_indented = new() { WriteIndented = true };

    public static string Class(DiagnosisState state) => state switch
    {
        DiagnosisState.Ok => "up",
        DiagnosisState.Warning => "away",
        _ => "bad",
    };

    public static string State(DiagnosisState state) => state switch
    {
        DiagnosisState.Ok => "✓ works",
        DiagnosisState.Warning => "! works, look",
        _ => "✗ fails",
    };

    public static string Ms(double? ms) => ms switch
    {
        null => "–",
        < 10 => $"{ms.Value.ToString("0.00", CultureInfo.InvariantCulture)} ms",
        _ => $"{ms.Value.ToString("0", CultureInfo.InvariantCulture)} ms",
    };

    /// <summary>What it was heard to speak, not what it should.</summary>
    public static string Protocol(TargetReport? found) => found?.Protocol switch
    {
        _ when found?.Outcome != TargetOutcome.Connected || found.Speech is not (null or SpeechOutcome.Ok) => "–",
        ServiceProtocol.Postgres => found.IsTls ? "PostgreSQL, TLS" : "PostgreSQL, no TLS",
        ServiceProtocol.Tls => "TLS",
        ServiceProtocol.Http => Http("HTTP", found.HttpStatus),
        ServiceProtocol.Https => Http("HTTPS", found.HttpStatus),
        _ => "TCP",
    };

    public static string Trust(CertificateReport certificate) => certificate.Trust switch
    {
        CertificateTrust.Trusted => "trusted there",
        CertificateTrust.SelfSigned => "signed by itself",
        CertificateTrust.OtherName => "for another name",
        _ => "authority unknown there",
    };

    /// <summary>A document that somebody else made, as it is.</summary>
    public static string Raw(DiagnosticRow row) => JsonSerializer.Serialize(JsonElement.Parse(row.Document), s_indented);

    private static string Http(string name, int? status) =>
        status is { } number ? string.Create(CultureInfo.InvariantCulture, $"{name} {number}") : name;
}
