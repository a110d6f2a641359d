namespace PrivateConnect.Relay.Tls;

/// <summary>What a handshake message after the handshake asks for.</summary>
internal enum PostHandshakeVerdict
{
    None,

    /// <summary>The peer's next records are under its next key.</summary>
    KeyUpdate,

    /// <summary>As <see cref="KeyUpdate"/>, and ours shall follow.</summary>
    KeyUpdateRequested,

    Violation,
}

/// <summary>
/// Reads handshake messages that come after the handshake, cut at any place: KeyUpdate counts, a server's session tickets
/// are skipped, all else is a violation (RFC 8446 section 4.6). Pure; holds no message.
/// </summary>
internal struct PostHandshake
{
    private const byte NewSessionTicket = 4;
    private const byte KeyUpdate = 24;
    private const int HeaderSize = 4;

    /// <summary>A ticket is a few hundred bytes; more is somebody's idea of a flood.</summary>
    private const int MaxTicket = 16 * 1024;

    private uint _header;
    private int _headerBytes;
    private int _toSkip;

    /// <summary>Whether a message is cut at this point: nothing else may come between its parts.</summary>
    public readonly bool IsInside => _headerBytes > 0 || _toSkip > 0;

    /// <summary>
    /// Takes the content of one record of type handshake. A key update ends its record: the keys change there.
    /// </summary>
    public PostHandshakeVerdict Take(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty)
            return PostHandshakeVerdict.Violation;
        for (var i = 0; i < content.Length; i++)
        {
            if (_toSkip > 0)
            {
                var skipped = Math.Min(_toSkip, content.Length - i);
                _toSkip -= skipped;
                i += skipped - 1;
                continue;
            }

            if (_headerBytes < HeaderSize)
            {
                _header = (_header << 8) | content[i];
                if (++_headerBytes < HeaderSize || IsKeyUpdate)
                    continue;
                var length = (int)(_header & 0xffffff);
                if (_header >> 24 != NewSessionTicket || length > MaxTicket)
                    return PostHandshakeVerdict.Violation;
                _headerBytes = 0;
                _toSkip = length;
                continue;
            }

            if (i != content.Length - 1 || content[i] > 1)
                return PostHandshakeVerdict.Violation;
            _headerBytes = 0;
            return content[i] == 1 ? PostHandshakeVerdict.KeyUpdateRequested : PostHandshakeVerdict.KeyUpdate;
        }

        return PostHandshakeVerdict.None;
    }

    /// <summary>A KeyUpdate message.</summary>
    public static ReadOnlySpan<byte> KeyUpdateMessage => [KeyUpdate, 0, 0, 1, 0];

    private readonly bool IsKeyUpdate => _headerBytes == HeaderSize && _header == ((uint)KeyUpdate << 24 | 1);
}
