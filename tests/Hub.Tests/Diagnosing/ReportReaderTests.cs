using System.Text;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Relay.Checks;
using Xunit;

namespace PrivateConnect.Hub.Tests.Diagnosing;

/// <summary>What agents report is data: every field is judged, every text is cut to a plain line.</summary>
public sealed class ReportReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"outcome":"fine"}""")]
    [InlineData("""{"outcome":99}""")]
    [InlineData("""{"outcome":"connected","protocol":99}""")]
    [InlineData("""{"outcome":"connected","speech":7}""")]
    [InlineData("""{"outcome":"connected","connectMs":-1}""")]
    [InlineData("""{"outcome":"connected","connectMs":1e300}""")]
    [InlineData("""{"outcome":"connected","connectMs":"NaN"}""")]
    [InlineData("""{"outcome":"connected","httpStatus":-5}""")]
    [InlineData("""{"outcome":"connected","httpStatus":123456}""")]
    [InlineData("""{"outcome":"connected","address":"<script>"}""")]
    [InlineData("""{"outcome":"connected","certificate":{"subject":null,"issuer":"a","notBefore":"2026-01-01T00:00:00Z","notAfter":"2026-01-01T00:00:00Z","trust":"trusted"}}""")]
    [InlineData("""{"outcome":"connected","certificate":{"subject":"a","issuer":"a","notBefore":"2026-01-01T00:00:00Z","notAfter":"2026-01-01T00:00:00Z","trust":44}}""")]
    [InlineData("""{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}},"outcome":"connected"}""")]
    public void WhatIsOutOfBoundsIsNoReport(string json) => Assert.Null(ReportReader.Target(Encoding.UTF8.GetBytes(json)));

    [Fact]
    public void LeadingLineFeedAndUnknownMembersAreTaken() => Assert.Equal(
        TargetOutcome.Refused, ReportReader.Target("\n{\"outcome\":\"refused\",\"later\":1}"u8)!.Outcome);

    [Fact]
    public void TextsOfTargetsBecomePlainLines()
    {
        var reason = "a\\u001b[2J\\r\\nb\\u202ec\\ud800<b>" + new string('x', 500);
        var report = ReportReader.Target(Encoding.UTF8.GetBytes($$"""{"outcome":"connected","httpStatus":200,"httpReason":"{{reason.Replace("\\ud800", "", StringComparison.Ordinal)}}"}"""))!;
        Assert.Equal("a\uFFFD[2J\uFFFD\uFFFDb\uFFFDc<b>" + new string('x', TargetReport.MaxText - 13), report.HttpReason);
    }

    [Fact]
    public void WitnessMayNotSpeakForATargetOutOfBounds()
    {
        var report = ReportReader.Witness("{\"isLate\":false,\"firstByteMs\":1,\"target\":{\"outcome\":77}}"u8);
        Assert.NotNull(report);
        Assert.Null(report.Target);
        Assert.Null(ReportReader.Witness("{\"isLate\":false,\"firstByteMs\":-1}"u8));
    }
}
