using System.Diagnostics.CodeAnalysis;
using MessagePack;

namespace PrivateConnect.Protocol.Control;

/// <summary>Reads the fields of one message: an array whose first fields are known; later versions may append more.</summary>
internal ref struct PayloadReader
{
    private MessagePackReader _reader;
    private int _left;

    private PayloadReader(ReadOnlyMemory<byte> payload) => _reader = new MessagePackReader(payload);

    /// <summary>
    /// Runs <paramref name="read"/> over a guarded payload. Null when the payload is not safe, too short an array or of
    /// other types: no exception escapes.
    /// </summary>
    public static T? Decode<T>(ReadOnlyMemory<byte> payload, int leastFields, Reading<T> read)
        where T : class
    {
        if (!MessagePackGuard.IsSafe(payload.Span))
            return null;
        try
        {
            var reader = new PayloadReader(payload);
            reader._left = reader._reader.ReadArrayHeader();
            return reader._left < leastFields ? null : read(ref reader);
        }
        catch (Exception e) when (e is MessagePackSerializationException or EndOfStreamException or OverflowException)
        {
            // The peer's fault: the caller ends the session with BadPayload.
            return null;
        }
    }

    /// <summary>Reads a record out of the fields.</summary>
    public delegate T? Reading<out T>(ref PayloadReader reader);

    /// <summary>Whether the sender's version wrote another field.</summary>
    public readonly bool HasMore => _left > 0;

    public int Int() => Next().ReadInt32();

    public uint UInt() => Next().ReadUInt32();

    public long Long() => Next().ReadInt64();

    public bool Bool() => Next().ReadBoolean();

    /// <summary>A string; nil and what is longer than any text of ours are refused.</summary>
    public string Text() => Next().ReadString() is { Length: <= Frames.ProtocolLimits.MaxText } text
        ? text
        : throw new MessagePackSerializationException("nil or too long");

    /// <summary>A byte string of at most 1 KiB (the largest we use is a public key).</summary>
    public byte[] Bytes()
    {
        var bytes = Next().ReadBytes() ?? throw new MessagePackSerializationException("nil");
        return bytes.Length > 1024
            ? throw new MessagePackSerializationException("too long")
            : System.Buffers.BuffersExtensions.ToArray(bytes);
    }

    /// <summary>An array of numbers from 0 on, at most <paramref name="most"/>.</summary>
    public uint[] Numbers(int most)
    {
        ref var reader = ref Next();
        var count = reader.ReadArrayHeader();
        if (count > most)
            throw new MessagePackSerializationException("too many");
        var numbers = new uint[count];
        for (var i = 0; i < count; i++)
            numbers[i] = reader.ReadUInt32();
        return numbers;
    }

    [UnscopedRef]
    private ref MessagePackReader Next()
    {
        _left--;
        return ref _reader;
    }
}
