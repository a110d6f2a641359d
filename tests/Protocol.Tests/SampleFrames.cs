using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Protocol.Tests;

/// <summary>One frame of every kind, as bytes.</summary>
internal static class SampleFrames
{
    public static byte[] Frame(FrameType type, uint id, params byte[] payload)
    {
        var bytes = new byte[ProtocolLimits.HeaderSize + payload.Length];
        FrameWriter.WithPayload(bytes, type, id, payload);
        return bytes;
    }

    public static byte[] Open(uint id, string service = "web") =>
        Frame(FrameType.Open, id, ControlCodec.EncodeOpen(new OpenRequest(service, "127.0.0.1:40000")));

    public static byte[] Data(uint id, params byte[] payload) => Frame(FrameType.Data, id, payload);

    public static byte[] Credit(uint id, long limit)
    {
        var bytes = new byte[24];
        FrameWriter.Credit(bytes, id, limit, 0);
        return bytes;
    }

    public static byte[] Reset(uint id, ushort error)
    {
        var bytes = new byte[10];
        FrameWriter.Reset(bytes, id, error);
        return bytes;
    }

    public static byte[] Ping(long value)
    {
        var bytes = new byte[16];
        FrameWriter.Ping(bytes, value);
        return bytes;
    }

    public static byte[] Pong(long value)
    {
        var bytes = new byte[24];
        FrameWriter.Pong(bytes, value, 0);
        return bytes;
    }

    public static IEnumerable<byte[]> All()
    {
        var nonce = Enumerable.Range(0, 32).Select(i => (byte)i).ToArray();
        yield return Frame(FrameType.Hello, 0, HandshakeCodec.Encode(new Hello(1, [1, 2, 3], "laptop", "0.1.0", 262_144, nonce)));
        yield return Frame(FrameType.Challenge, 0, HandshakeCodec.Encode(new Challenge(1, nonce)));
        yield return Frame(FrameType.Proof, 0, HandshakeCodec.Encode(new Proof(new byte[64])));
        yield return Frame(FrameType.Welcome, 0, HandshakeCodec.Encode(new Welcome("a", "laptop", "default", "0.1.0", 262_144, 1, 0)));
        yield return Frame(FrameType.Refused, 0, HandshakeCodec.Encode(new Refused(RefusalCode.Revoked, 0, "revoked")));
        yield return Open(1);
        yield return Frame(FrameType.Opened, 1);
        yield return Data(1, 0xCA, 0xFE);
        yield return Credit(1, 300_000);
        yield return Frame(FrameType.Fin, 1);
        yield return Reset(1, 2);
        yield return Ping(7);
        yield return Pong(7);
        yield return Frame(FrameType.GoAway, 0, HandshakeCodec.Encode(new GoAway(GoAwayCode.Draining, 0, "bye")));
        yield return Frame(FrameType.Control, 0, ControlCodec.Encode(new FindService(1, "web")));
        yield return Frame(FrameType.IgnorableFirst, 0, 1, 2, 3);
    }
}
