using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>The document's hex blocks are what the code writes and reads.</summary>
public sealed class SpecVectorTests
{
    private static readonly byte[] s_nonce = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();

    private static readonly AgentReport s_report = new(
        19_922_944, TimeSpan.FromMilliseconds(1_500), 2, [new StreamReport(2, LimitingFactor.Limit), new StreamReport(6, LimitingFactor.Source)]);

    private static readonly ShareService s_told = new("prod-db", new ServiceShare(50, 50_000_000, 10_000_000));

    private static Dictionary<string, byte[]> Expected() => new()
    {
        ["hello"] = SampleFrames.Frame(FrameType.Hello, 0, HandshakeCodec.Encode(new Hello(1, [1, 2, 3], "laptop", "0.1.0", 262_144, s_nonce))),
        ["hello-shares"] = SampleFrames.Frame(FrameType.Hello, 0, HandshakeCodec.Encode(
            new Hello(1, [1, 2, 3], "laptop", "0.1.0", 262_144, s_nonce) { TakesShares = true })),
        ["challenge"] = SampleFrames.Frame(FrameType.Challenge, 0, HandshakeCodec.Encode(new Challenge(1, s_nonce))),
        ["proof"] = SampleFrames.Frame(FrameType.Proof, 0, HandshakeCodec.Encode(new Proof([0xAA, 0xBB]))),
        ["welcome"] = SampleFrames.Frame(FrameType.Welcome, 0, HandshakeCodec.Encode(new Welcome("a1", "laptop", "default", "0.1.0", 262_144, 1, 0))),
        ["welcome-report"] = SampleFrames.Frame(FrameType.Welcome, 0, HandshakeCodec.Encode(
            new Welcome("a1", "laptop", "default", "0.1.0", 262_144, 1, 0) { ReportPeriod = 2_000 })),
        ["refused"] = SampleFrames.Frame(FrameType.Refused, 0, HandshakeCodec.Encode(new Refused(RefusalCode.Revoked, 0, "revoked"))),
        ["open"] = SampleFrames.Open(2),
        ["opened"] = SampleFrames.Frame(FrameType.Opened, 2),
        ["data"] = SampleFrames.Data(2, "hi"u8.ToArray()),
        ["credit"] = SampleFrames.Credit(2, 393_216),
        ["fin"] = SampleFrames.Frame(FrameType.Fin, 2),
        ["reset"] = SampleFrames.Reset(2, (ushort)StreamError.TargetRefused),
        ["ping"] = SampleFrames.Ping(7),
        ["pong"] = SampleFrames.Pong(7),
        ["goaway"] = SampleFrames.Frame(FrameType.GoAway, 0, HandshakeCodec.Encode(new GoAway(GoAwayCode.Draining, 0, "bye"))),
        ["publish"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(new PublishService(1, "prod-db", "localhost:5432", 0))),
        ["publish-share"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(
            new PublishService(1, "prod-db", "localhost:5432", 0) { Share = new ServiceShare(50, 50_000_000, 10_000_000) })),
        ["published"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(new ServicePublished(1, "prod-db", "127.0.0.1", 23000))),
        ["report"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(s_report)),
        ["share"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(s_told)),
        ["find"] = SampleFrames.Frame(FrameType.Control, 0, ControlCodec.Encode(new FindService(2, "prod-db"))),
    };

    [Fact]
    public void TheDocumentHoldsExactlyTheseVectors() =>
        Assert.Equal(Expected().Keys.Order(), SpecDocument.Vectors().Keys.Order());

    [Fact]
    public void EveryVectorIsWhatTheCodeWrites()
    {
        var vectors = SpecDocument.Vectors();
        var wrong = Expected().Where(e => !e.Value.AsSpan().SequenceEqual(vectors[e.Key]))
            .Select(e => $"{e.Key}: the code writes {Convert.ToHexStringLower(e.Value)}");
        Assert.True(!wrong.Any(), string.Join('\n', wrong));
    }

    [Fact]
    public void EveryVectorReadsAsOneFrame()
    {
        foreach (var (name, bytes) in SpecDocument.Vectors())
        {
            Assert.True(FrameReader.TryRead(bytes, out var header, out var violation), $"{name}: {violation}");
            Assert.Equal(bytes.Length, ProtocolLimits.HeaderSize + header.Length);
        }
    }

    [Fact]
    public void PayloadsReadBackAsRecords()
    {
        var vectors = SpecDocument.Vectors();
        Assert.Equal(new PublishService(1, "prod-db", "localhost:5432", 0), ControlCodec.Decode(Payload("publish")));
        Assert.Equal(new ServiceShare(50, 50_000_000, 10_000_000), ((PublishService)ControlCodec.Decode(Payload("publish-share"))!).Share);
        Assert.Equal(new ServicePublished(1, "prod-db", "127.0.0.1", 23000), ControlCodec.Decode(Payload("published")));
        Assert.Equal(new OpenRequest("web", "127.0.0.1:40000"), ControlCodec.DecodeOpen(Payload("open")));
        var report = Assert.IsType<AgentReport>(ControlCodec.Decode(Payload("report")));
        Assert.Equal(s_report.Streams, report.Streams);
        Assert.Equal(s_report, report with { Streams = s_report.Streams });
        Assert.Equal(2_000, HandshakeCodec.DecodeWelcome(Payload("welcome-report"))!.ReportPeriod);
        Assert.Equal(0, HandshakeCodec.DecodeWelcome(Payload("welcome"))!.ReportPeriod);
        Assert.Equal(s_told, ControlCodec.Decode(Payload("share")));
        Assert.Null(ControlCodec.Decode(Payload("share").AsMemory()[..^5]));
        Assert.True(HandshakeCodec.DecodeHello(Payload("hello-shares"))!.TakesShares);
        Assert.False(HandshakeCodec.DecodeHello(Payload("hello"))!.TakesShares);
        Assert.Equal("laptop", HandshakeCodec.DecodeHello(Payload("hello"))!.Label);
        Assert.Equal(new GoAway(GoAwayCode.Draining, 0, "bye"), HandshakeCodec.DecodeGoAway(Payload("goaway")));

        byte[] Payload(string name) => vectors[name][ProtocolLimits.HeaderSize..];
    }

    [Fact]
    public void AnOlderAgentsPublishHasTheDefaultShare()
    {
        byte[] four = [0x95, 1, 1, 0xa1, (byte)'a', 0xa1, (byte)'b', 0];
        Assert.Equal(ServiceShare.Default, Assert.IsType<PublishService>(ControlCodec.Decode(four)).Share);
    }

    [Fact]
    public void TheErrorCodesOfTheDocumentAreTheEnumsOwn()
    {
        var text = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "protocol.md"));
        foreach (var error in Enum.GetValues<StreamError>().Where(e => e != StreamError.None))
            Assert.Contains($"| {(int)error} | {error} |", text, StringComparison.Ordinal);
        foreach (var code in Enum.GetValues<GoAwayCode>())
            Assert.Contains($"| {(int)code} | {code} |", text, StringComparison.Ordinal);
        foreach (var code in Enum.GetValues<RefusalCode>())
            Assert.Contains($"| {(int)code} | {code} |", text, StringComparison.Ordinal);
    }
}
