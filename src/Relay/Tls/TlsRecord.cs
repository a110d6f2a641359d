using System.Buffers.Binary;

namespace PrivateConnect.Relay.Tls;

/// <summary>The shape of a protected TLS 1.3 record (RFC 8446 section 5); pure.</summary>
internal static class TlsRecord
{
    public const int HeaderSize = 5;

    /// <summary>The cipher's tag.</summary>
    public const int TagSize = 16;

    /// <summary>Content of a record at most, bytes.</summary>
    public const int MaxContent = 16_384;

    /// <summary>What a record adds to its content: header, inner type, tag.</summary>
    public const int Overhead = HeaderSize + 1 + TagSize;

    /// <summary>A record at most, with the padding that a peer may add.</summary>
    public const int MaxSize = HeaderSize + MaxContent + 256;

    public const byte Alert = 21;
    public const byte Handshake = 22;
    public const byte ApplicationData = 23;

    /// <summary>Level and description.</summary>
    public const int AlertSize = 2;

    /// <summary>The alert that ends a direction in order.</summary>
    public const byte CloseNotify = 0;

    private const ushort LegacyVersion = 0x0303;

    /// <summary>Writes the header of a record with <paramref name="content"/> bytes of content.</summary>
    public static void WriteHeader(Span<byte> into, int content)
    {
        into[0] = ApplicationData;
        BinaryPrimitives.WriteUInt16BigEndian(into[1..], LegacyVersion);
        BinaryPrimitives.WriteUInt16BigEndian(into[3..], (ushort)(content + 1 + TagSize));
    }

    /// <summary>
    /// Bytes of the whole record that starts here, 0 while its header is not complete, -1 when this is no protected record.
    /// </summary>
    public static int Size(ReadOnlySpan<byte> from)
    {
        if (from.Length < HeaderSize)
            return from.Length > 0 && from[0] != ApplicationData ? -1 : 0;
        if (from[0] != ApplicationData || BinaryPrimitives.ReadUInt16BigEndian(from[1..]) != LegacyVersion)
            return -1;
        int length = BinaryPrimitives.ReadUInt16BigEndian(from[3..]);
        return length is > TagSize and <= MaxSize - HeaderSize ? HeaderSize + length : -1;
    }

    /// <summary>
    /// Splits decrypted bytes into content and inner type: the last byte that is not zero padding. -1: none, or too long.
    /// </summary>
    public static int Content(ReadOnlySpan<byte> inner, out byte type)
    {
        var last = inner.LastIndexOfAnyExcept((byte)0);
        type = last < 0 ? (byte)0 : inner[last];
        return last > MaxContent ? -1 : last;
    }
}
