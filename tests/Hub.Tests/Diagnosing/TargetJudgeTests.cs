using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;
using Xunit;

namespace PrivateConnect.Hub.Tests.Diagnosing;

public sealed class TargetJudgeTests
{
    private static readonly DateTimeOffset s_now = new(2026, 11, 24, 12, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(TargetOutcome.UnknownHost, "target-unknown-host")]
    [InlineData(TargetOutcome.Refused, "target-refused")]
    [InlineData(TargetOutcome.Timeout, "target-timeout")]
    [InlineData(TargetOutcome.Unreachable, "target-unreachable")]
    [InlineData(TargetOutcome.Forbidden, "target-forbidden")]
    [InlineData(TargetOutcome.HungUp, "target-hung-up")]
    public void WhatDoesNotConnectFailsAndSaysWhatToDo(TargetOutcome outcome, string verdict)
    {
        var finding = Of(new TargetReport(outcome));
        Assert.Equal((DiagnosisState.Failed, verdict), (finding.State, finding.Verdict));
        Assert.NotEmpty(finding.Next);
    }

    [Fact]
    public void RefusedDatabaseIsNamed() =>
        Assert.StartsWith("Is PostgreSQL running on localhost:5432 at box?", Of(new TargetReport(TargetOutcome.Refused)).Next, StringComparison.Ordinal);

    [Theory]
    [InlineData(-1, "certificate-expired", DiagnosisState.Failed)]
    [InlineData(3, "certificate-expiring", DiagnosisState.Warning)]
    [InlineData(90, "ok", DiagnosisState.Ok)]
    public void DatesOfACertificateAreJudgedByTheHubsClock(int days, string verdict, DiagnosisState state)
    {
        var finding = Of(Tls(ServiceProtocol.Https, s_now.AddDays(-30), s_now.AddDays(days)) with { HttpStatus = 200 });
        Assert.Equal((state, verdict), (finding.State, finding.Verdict));
    }

    [Fact]
    public void CertificateOfTomorrowIsTold() => Assert.Equal(
        "certificate-not-yet-valid", Of(Tls(ServiceProtocol.Tls, s_now.AddDays(1), s_now.AddDays(9))).Verdict);

    [Fact]
    public void ExpiredCertificateOfADatabaseIsAWarning() => Assert.Equal(
        DiagnosisState.Warning, Of(Tls(ServiceProtocol.Postgres, s_now.AddDays(-9), s_now.AddDays(-1))).State);

    [Theory]
    [InlineData(200, DiagnosisState.Ok)]
    [InlineData(404, DiagnosisState.Ok)]
    [InlineData(502, DiagnosisState.Failed)]
    public void StatusOfHttpIsOfTheService(int status, DiagnosisState state) => Assert.Equal(
        state, Of(Connected(ServiceProtocol.Http) with { HttpStatus = status, HttpReason = "x" }).State);

    [Theory]
    [InlineData(true, DiagnosisState.Failed)]
    [InlineData(false, DiagnosisState.Warning)]
    public void AnotherProtocolFailsOnlyWhereTheOwnerNamedOne(bool declared, DiagnosisState state)
    {
        foreach (var speech in (SpeechOutcome[])[SpeechOutcome.Other, SpeechOutcome.Silent, SpeechOutcome.TlsFailed])
            Assert.Equal(state, Of(Connected(ServiceProtocol.Postgres) with { Speech = speech, IsDeclared = declared }).State);
    }

    [Fact]
    public void EveryEndOfAQuestionHasItsWords()
    {
        foreach (var error in Enum.GetValues<StreamError>().Cast<StreamError?>().Append(null))
        {
            foreach (var finding in (Finding[])[PathJudge.OfAgent(error, "box"), PathJudge.OfWitness(error, "lap")])
            {
                Assert.Equal(DiagnosisState.Failed, finding.State);
                Assert.NotEmpty(finding.Text);
                Assert.NotEmpty(finding.Next);
            }
        }
    }

    private static TargetReport Connected(ServiceProtocol protocol) =>
        new(TargetOutcome.Connected) { Protocol = protocol, Speech = SpeechOutcome.Ok };

    private static TargetReport Tls(ServiceProtocol protocol, DateTimeOffset from, DateTimeOffset until) =>
        Connected(protocol) with { IsTls = true, Certificate = new CertificateReport("CN=a", "CN=b", from, until, CertificateTrust.Trusted) };

    private static Finding Of(TargetReport report) => TargetJudge.Of(report, "localhost:5432", "box", s_now);
}
