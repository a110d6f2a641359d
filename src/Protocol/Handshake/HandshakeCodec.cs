using System.Buffers;
using MessagePack;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>The handshake's frames and GOAWAY to and from MessagePack payloads; null means malformed.</summary>
public static class HandshakeCodec
{
    /// <summary>Bytes of every nonce and of the binding.</summary>
    public const int NonceSize = 32;

    /// <summary>Longest label, version or text that is taken from a peer.</summary>
    public const int MaxText = 256;

    /// <summary>HELLO.</summary>
    public static byte[] Encode(Hello m) => Write(m.TakesShares ? 8 : m.Place != 0 ? 7 : 6, (ref MessagePackWriter w) =>
    {
        w.Write(m.Version);
        w.Write(m.PublicKey);
        w.Write(m.Label);
        w.Write(m.AgentVersion);
        w.Write(m.InitialWindow);
        w.Write(m.Nonce);
        if (m.Place != 0 || m.TakesShares)
            w.Write(m.Place);
        if (m.TakesShares)
            w.Write(true);
    });

    /// <summary>CHALLENGE.</summary>
    public static byte[] Encode(Challenge m) => Write(2, (ref MessagePackWriter w) =>
    {
        w.Write(m.Version);
        w.Write(m.Nonce);
    });

    /// <summary>PROOF.</summary>
    public static byte[] Encode(Proof m) => Write(1, (ref MessagePackWriter w) => w.Write(m.Signature));

    /// <summary>WELCOME.</summary>
    public static byte[] Encode(Welcome m) => Write(m.ReportPeriod > 0 ? 9 : m.Notice.Length > 0 ? 8 : 7, (ref MessagePackWriter w) =>
    {
        w.Write(m.AgentId);
        w.Write(m.Label);
        w.Write(m.Workspace);
        w.Write(m.HubVersion);
        w.Write(m.InitialWindow);
        w.Write(m.Epoch);
        w.Write(m.ReturnWindow);
        if (m.Notice.Length > 0 || m.ReportPeriod > 0)
            w.Write(Cut(m.Notice));
        if (m.ReportPeriod > 0)
            w.Write(m.ReportPeriod);
    });

    /// <summary>REFUSED.</summary>
    public static byte[] Encode(Refused m) => Write(3, (ref MessagePackWriter w) =>
    {
        w.Write((int)m.Code);
        w.Write(m.RetryAfter);
        w.Write(m.Text);
    });

    /// <summary>GOAWAY.</summary>
    public static byte[] Encode(GoAway m) => Write(3, (ref MessagePackWriter w) =>
    {
        w.Write((int)m.Code);
        w.Write(m.RetryAfter);
        w.Write(Cut(m.Text));
    });

    /// <summary>HELLO; windows, key, nonce and texts are checked.</summary>
    public static Hello? DecodeHello(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Hello>(payload, 6, static (ref PayloadReader r) =>
        {
            var m = new Hello(r.Int(), r.Bytes(), r.Text(), r.Text(), r.Int(), r.Bytes())
            {
                Place = r.HasMore ? r.Long() : 0,
                TakesShares = r.HasMore && r.Bool(),
            };
            return IsWindow(m.InitialWindow) && m.Nonce.Length == NonceSize && IsText(m.Label) && IsText(m.AgentVersion)
                ? m
                : null;
        });

    /// <summary>CHALLENGE.</summary>
    public static Challenge? DecodeChallenge(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Challenge>(payload, 2, static (ref PayloadReader r) =>
        {
            var m = new Challenge(r.Int(), r.Bytes());
            return m.Nonce.Length == NonceSize ? m : null;
        });

    /// <summary>PROOF.</summary>
    public static Proof? DecodeProof(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Proof>(payload, 1, static (ref PayloadReader r) => new Proof(r.Bytes()));

    /// <summary>WELCOME.</summary>
    public static Welcome? DecodeWelcome(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Welcome>(payload, 7, static (ref PayloadReader r) =>
        {
            var m = new Welcome(r.Text(), r.Text(), r.Text(), r.Text(), r.Int(), r.Long(), r.Int())
            {
                Notice = r.HasMore ? r.Text() : "",
                ReportPeriod = r.HasMore ? r.Int() : 0,
            };
            return IsWindow(m.InitialWindow) && m.ReturnWindow >= 0 && m.ReportPeriod >= 0 ? m : null;
        });

    /// <summary>REFUSED.</summary>
    public static Refused? DecodeRefused(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<Refused>(payload, 3, static (ref PayloadReader r) =>
            new Refused((RefusalCode)r.Int(), Math.Max(0, r.Int()), r.Text()));

    /// <summary>GOAWAY.</summary>
    public static GoAway? DecodeGoAway(ReadOnlyMemory<byte> payload) =>
        PayloadReader.Decode<GoAway>(payload, 3, static (ref PayloadReader r) =>
            new GoAway((GoAwayCode)r.Int(), Math.Max(0, r.Int()), r.Text()));

    private delegate void Writing(ref MessagePackWriter writer);

    private static byte[] Write(int fields, Writing write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        var writer = new MessagePackWriter(buffer);
        writer.WriteArrayHeader(fields);
        write(ref writer);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static bool IsWindow(int window) =>
        window is >= ProtocolLimits.MinInitialWindow and <= ProtocolLimits.MaxInitialWindow;

    private static string Cut(string text) => text.Length > MaxText ? text[..MaxText] : text;

    private static bool IsText(string text) => text.Length <= MaxText;
}
