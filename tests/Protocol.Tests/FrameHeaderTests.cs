using CsCheck;
using PrivateConnect.Protocol.Frames;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

public sealed class FrameHeaderTests
{
    private static readonly FrameType[] s_known = Enum.GetValues<FrameType>().Where(t => t != FrameType.None).ToArray();

    [Fact]
    public void EveryTypeByteHasOneAnswer()
    {
        for (var type = 0; type < 256; type++)
        {
            byte[] bytes = [(byte)type, 0, 0, 8, 0, 0, 0, 0];
            var violation = FrameHeader.Read(bytes, out _);
            var known = s_known.Contains((FrameType)type) || FrameHeader.IsIgnorable((FrameType)type);
            Assert.Equal(!known, violation == Violation.UnknownType);
        }
    }

    [Fact]
    public void EveryFlagIsRefusedOnEveryType()
    {
        foreach (var type in s_known)
        {
            for (var flags = 1; flags < 256; flags++)
            {
                byte[] bytes = [(byte)type, (byte)flags, 0, 2, 0, 0, 0, 1];
                Assert.Equal(Violation.BadFlags, FrameHeader.Read(bytes, out _));
            }
        }
    }

    [Theory]
    [InlineData(FrameType.Data, 1, 65_528)]
    [InlineData(FrameType.Hello, 1, 4_096)]
    [InlineData(FrameType.Open, 1, 1_024)]
    [InlineData(FrameType.Opened, 0, 0)]
    [InlineData(FrameType.Credit, 16, 16)]
    [InlineData(FrameType.Fin, 0, 0)]
    [InlineData(FrameType.Reset, 2, 2)]
    [InlineData(FrameType.Ping, 8, 8)]
    [InlineData(FrameType.Pong, 16, 16)]
    [InlineData(FrameType.GoAway, 1, 1_024)]
    [InlineData(FrameType.Control, 1, 65_528)]
    [InlineData(FrameType.IgnorableFirst, 0, 65_528)]
    public void LengthsAreJudgedOnTheHeaderAlone(FrameType type, int least, int most)
    {
        var id = type is >= FrameType.Open and <= FrameType.Reset ? 1u : 0u;
        for (var length = 0; length <= ushort.MaxValue; length++)
        {
            var bytes = new byte[8];
            FrameHeader.Write(bytes, type, length, id);
            var allowed = length >= least && length <= most;
            Assert.Equal(allowed ? Violation.None : Violation.BadLength, FrameHeader.Read(bytes, out _));
        }
    }

    [Fact]
    public void StreamFramesNeedAnIdAndSessionFramesHaveNone()
    {
        foreach (var type in s_known.Where(t => !FrameHeader.IsIgnorable(t)))
        {
            var length = LeastLength(type);
            var ofStream = type is >= FrameType.Open and <= FrameType.Reset;
            foreach (var (id, isStreamId) in new (uint, bool)[] { (0u, false), (1u, true), (int.MaxValue, true), (0x80000000u, false), (uint.MaxValue, false) })
            {
                var bytes = new byte[8];
                FrameHeader.Write(bytes, type, length, id);
                var expected = ofStream ? isStreamId : id == 0;
                Assert.Equal(expected ? Violation.None : Violation.BadStreamId, FrameHeader.Read(bytes, out _));
            }
        }
    }

    [Fact]
    public void EveryTruncationOfEveryFrameNeedsMoreAndTheWholeIsRead()
    {
        foreach (var frame in SampleFrames.All())
        {
            for (var cut = 0; cut < frame.Length; cut++)
            {
                Assert.False(FrameReader.TryRead(frame.AsSpan(0, cut), out _, out var violation));
                Assert.Equal(Violation.None, violation);
            }

            Assert.True(FrameReader.TryRead(frame, out var header, out _));
            Assert.Equal(frame.Length, ProtocolLimits.HeaderSize + header.Length);
        }
    }

    [Fact]
    public void HeadersReadBackAsWritten() =>
        Gen.Select(Gen.Int[0, s_known.Length - 1].Select(i => s_known[i]), Gen.Int[0, 65_535], Gen.UInt).Sample((type, length, id) =>
        {
            var bytes = new byte[8];
            FrameHeader.Write(bytes, type, length, id);
            FrameHeader.Read(bytes, out var header);
            return header == new FrameHeader(type, length, id);
        });

    internal static int LeastLength(FrameType type) => type switch
    {
        FrameType.Opened or FrameType.Fin => 0,
        FrameType.Credit or FrameType.Pong => 16,
        FrameType.Reset => 2,
        FrameType.Ping => 8,
        _ => 1,
    };
}
