using System.Buffers.Binary;

namespace PrivateConnect.Relay.Tls;

/// <summary>What the first bytes of a TLS connection say about its client.</summary>
public enum ClientHelloKind
{
    /// <summary>More bytes are needed.</summary>
    Incomplete,

    /// <summary>Offers an application protocol that was asked for, over TLS 1.3.</summary>
    Offers,

    /// <summary>Anything else: another client, a hello in several records, or no TLS at all.</summary>
    Other,
}

/// <summary>Looks into a ClientHello (RFC 8446 section 4.1.2); pure, and judges nothing but what it is asked for.</summary>
public static class ClientHello
{
    /// <summary>A hello that lies in one record is at most this long.</summary>
    public const int MaxSize = TlsRecord.HeaderSize + TlsRecord.MaxContent;

    private const byte HandshakeRecord = 22;
    private const byte ClientHelloMessage = 1;
    private const int VersionAndRandom = 2 + 32;
    private const ushort AlpnExtension = 16;
    private const ushort SupportedVersionsExtension = 43;
    private const ushort Tls13 = 0x0304;

    /// <summary>
    /// Whether the connection that starts with <paramref name="bytes"/> offers <paramref name="protocol"/> (ALPN) over TLS 1.3.
    /// </summary>
    public static ClientHelloKind Look(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> protocol)
    {
        if (bytes.Length < TlsRecord.HeaderSize)
            return ClientHelloKind.Incomplete;
        int length = BinaryPrimitives.ReadUInt16BigEndian(bytes[3..]);
        if (bytes[0] != HandshakeRecord || length > TlsRecord.MaxContent)
            return ClientHelloKind.Other;
        if (bytes.Length < TlsRecord.HeaderSize + length)
            return ClientHelloKind.Incomplete;
        var fields = new Fields(bytes.Slice(TlsRecord.HeaderSize, length));
        var message = fields.Number(4);
        if (message >> 24 != ClientHelloMessage || (message & 0xffffff) != fields.Left)
            return ClientHelloKind.Other;
        fields.Take(VersionAndRandom);
        fields.Take(fields.Number(1));
        fields.Take(fields.Number(2));
        fields.Take(fields.Number(1));
        var extensions = new Fields(fields.Take(fields.Number(2)));
        bool offers = false, isTls13 = false;
        while (extensions.Left > 0 && !extensions.IsBroken)
        {
            var kind = extensions.Number(2);
            var body = new Fields(extensions.Take(extensions.Number(2)));
            if (kind == AlpnExtension)
                offers = HasProtocol(new Fields(body.Take(body.Number(2))), protocol);
            else if (kind == SupportedVersionsExtension)
                isTls13 = HasVersion(new Fields(body.Take(body.Number(1))));
        }

        return offers && isTls13 && !fields.IsBroken && !extensions.IsBroken
            ? ClientHelloKind.Offers
            : ClientHelloKind.Other;
    }

    private static bool HasProtocol(Fields names, ReadOnlySpan<byte> protocol)
    {
        while (names.Left > 0 && !names.IsBroken)
        {
            if (names.Take(names.Number(1)).SequenceEqual(protocol))
                return true;
        }

        return false;
    }

    private static bool HasVersion(Fields versions)
    {
        while (versions.Left > 0 && !versions.IsBroken)
        {
            if (versions.Number(2) == Tls13)
                return true;
        }

        return false;
    }

    /// <summary>Big-endian fields in turn; past the end everything is empty and <see cref="IsBroken"/>.</summary>
    private ref struct Fields(ReadOnlySpan<byte> bytes)
    {
        private ReadOnlySpan<byte> _bytes = bytes;

        public readonly int Left => _bytes.Length;

        public bool IsBroken { get; private set; }

        public uint Number(int size)
        {
            uint value = 0;
            foreach (var b in Take((uint)size))
                value = (value << 8) | b;
            return value;
        }

        public ReadOnlySpan<byte> Take(uint count)
        {
            if (count > _bytes.Length)
            {
                IsBroken = true;
                _bytes = default;
                return default;
            }

            var taken = _bytes[..(int)count];
            _bytes = _bytes[(int)count..];
            return taken;
        }
    }
}
