using MessagePack;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using System.Buffers;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>What an agent tells of itself is bounded, and each number is judged before anybody sees it.</summary>
public sealed class AgentReportTests
{
    [Fact]
    public void WhatALaterVersionAppendsOrCallsAFactorIsPassedOver()
    {
        var report = Assert.IsType<AgentReport>(ControlCodec.Decode(Write(1_000, 5, 4, [2, 99, 4, 6], more: true)));
        Assert.Equal([new StreamReport(2, LimitingFactor.None), new StreamReport(4, LimitingFactor.Limit)], report.Streams);
        Assert.Equal((1_000L, TimeSpan.FromMicroseconds(5), 4), (report.ResidentBytes, report.ProcessorTime, report.Processors));
    }

    [Theory]
    [InlineData(-1, 0, 1)]
    [InlineData(0, -1, 1)]
    [InlineData(0, long.MaxValue, 1)]
    [InlineData(0, 0, 0)]
    public void NumbersThatCannotBeAreAViolation(long resident, long microseconds, int processors) =>
        Assert.Null(ControlCodec.Decode(Write(resident, microseconds, processors, [])));

    [Fact]
    public void StreamsComeInPairsAndNotMoreThanTheBound()
    {
        Assert.Null(ControlCodec.Decode(Write(0, 0, 1, [2, 6, 4])));
        Assert.Null(ControlCodec.Decode(Write(0, 0, 1, [2, -6])));
        var most = Enumerable.Range(0, AgentReport.MaxStreams).SelectMany(i => new[] { 2L * i, 6 }).ToArray();
        Assert.NotNull(ControlCodec.Decode(Write(0, 0, 1, most)));
        Assert.Null(ControlCodec.Decode(Write(0, 0, 1, [.. most, 2, 6])));
    }

    private static byte[] Write(long resident, long microseconds, int processors, long[] streams, bool more = false)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var w = new MessagePackWriter(buffer);
        w.WriteArrayHeader(more ? 6 : 5);
        w.Write(7);
        w.Write(resident);
        w.Write(microseconds);
        w.Write(processors);
        w.WriteArrayHeader(streams.Length);
        foreach (var number in streams)
            w.Write(number);
        if (more)
            w.Write("later");
        w.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
