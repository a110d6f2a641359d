using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PrivateConnect.Protocol.Frames;

/// <summary>
/// The fixed header, integers big-endian:
/// <code>
///  0        1        2                 4                                   8
///  +--------+--------+-----------------+-----------------------------------+
///  |  type  | flags  |     length      |             stream id             |
///  +--------+--------+-----------------+-----------------------------------+
/// </code>
/// </summary>
/// <param name="Type">Kind of frame.</param>
/// <param name="Length">Payload bytes.</param>
/// <param name="StreamId">0 for frames of the session.</param>
public readonly record struct FrameHeader(FrameType Type, int Length, uint StreamId)
{
    /// <summary>Writes the eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(Span<byte> into, FrameType type, int length, uint streamId) =>
        BinaryPrimitives.WriteUInt64BigEndian(
            into, ((ulong)(byte)type << 56) | ((ulong)(ushort)length << 32) | streamId);

    /// <summary>
    /// Reads and judges eight bytes in the order of the wire: type, flags, length, stream id. Needs at least
    /// <see cref="ProtocolLimits.HeaderSize"/> bytes.
    /// </summary>
    public static Violation Read(ReadOnlySpan<byte> from, out FrameHeader header)
    {
        var bits = BinaryPrimitives.ReadUInt64BigEndian(from);
        var type = (FrameType)(byte)(bits >> 56);
        var length = (int)(ushort)(bits >> 32);
        var id = (uint)bits;
        header = new FrameHeader(type, length, id);

        if (type == FrameType.Data)
        {
            // The one hot case, judged first and alone.
            if ((byte)(bits >> 48) != 0)
                return Violation.BadFlags;
            if (length is 0 or > ProtocolLimits.MaxPayload)
                return Violation.BadLength;
            return id is 0 or > ProtocolLimits.MaxStreamId ? Violation.BadStreamId : Violation.None;
        }

        if (!TryLengths(type, out var least, out var most))
            return Violation.UnknownType;
        if ((byte)(bits >> 48) != 0)
            return Violation.BadFlags;
        if (length < least || length > most)
            return Violation.BadLength;
        if (IsOfStream(type) ? id is 0 or > ProtocolLimits.MaxStreamId : id != 0 && !IsIgnorable(type))
            return Violation.BadStreamId;
        return Violation.None;
    }

    /// <summary>Whether a receiver ignores and counts this type.</summary>
    public static bool IsIgnorable(FrameType type) => type is >= FrameType.IgnorableFirst and <= FrameType.IgnorableLast;

    private static bool IsOfStream(FrameType type) => type is >= FrameType.Open and <= FrameType.Reset;

    private static bool TryLengths(FrameType type, out int least, out int most)
    {
        (least, most) = type switch
        {
            FrameType.Hello or FrameType.Challenge or FrameType.Proof or FrameType.Welcome or FrameType.Refused
                => (1, ProtocolLimits.MaxHandshakePayload),
            FrameType.Open or FrameType.GoAway => (1, ProtocolLimits.MaxSmallPayload),
            FrameType.Opened or FrameType.Fin => (0, 0),
            FrameType.Credit or FrameType.Pong => (16, 16),
            FrameType.Reset => (2, 2),
            FrameType.Ping => (8, 8),
            FrameType.Control => (1, ProtocolLimits.MaxPayload),
            >= FrameType.IgnorableFirst and <= FrameType.IgnorableLast => (0, ProtocolLimits.MaxPayload),
            _ => (-1, -1),
        };
        return least >= 0;
    }

    /// <summary>For log lines: type, stream, length.</summary>
    public override string ToString() => $"{Type} stream={StreamId} length={Length}";
}
