using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay.Bench;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>What comes from other machines during a bench.</summary>
public sealed class BenchTests
{
    [Theory]
    [InlineData("~echo", BenchKind.Echo, "")]
    [InlineData("~sink/prod-db", BenchKind.Sink, "prod-db")]
    [InlineData("~report/a", BenchKind.Report, "a")]
    [InlineData("~send/a", BenchKind.Send, "a")]
    public void AReservedNameIsReadAndWrittenAlike(string text, BenchKind kind, string service)
    {
        Assert.True(BenchName.TryParse(text, out var name));
        Assert.Equal(new BenchName(kind, service), name);
        Assert.Equal(text, name.ToString());
        Assert.False(ServiceName.IsValid(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("echo")]
    [InlineData("~")]
    [InlineData("~Echo")]
    [InlineData("~echo/")]
    [InlineData("~echo/A")]
    [InlineData("~echo/~echo/a")]
    [InlineData("~other/a")]
    public void OtherNamesAreNoneOfABench(string text) => Assert.False(BenchName.TryParse(text, out _));

    [Fact]
    public void AReportArrivesAsItWasSent()
    {
        var leg = new BenchLeg(
            new LoopTime(1, 2), new TcpFigures(3, 4, 5, 6, 7, 8), 9, 10, 11, 12, 13, 14, 15, 16, 17, 18);
        var report = new BenchReport(1, 2, 3, [leg, leg with { Streams = 64 }]);
        var read = BenchReport.Decode(report.Encode())!;
        Assert.Equal((report.At, report.Cpu, report.Cores), (read.At, read.Cpu, read.Cores));
        Assert.Equal(report.Legs, read.Legs);
    }

    [Fact]
    public void ACutOrInventedReportIsNone()
    {
        var whole = new BenchReport(1, 2, 3, [default]).Encode();
        for (var length = 0; length < whole.Length; length++)
            Assert.Null(BenchReport.Decode(whole.AsSpan(0, length)));
        var most = new byte[BenchReport.MaxSize];
        most.AsSpan().Fill(0xFF);
        Assert.Null(BenchReport.Decode(most));
        most.AsSpan().Fill(0x7F);
        Assert.Null(BenchReport.Decode(most));
    }
}
