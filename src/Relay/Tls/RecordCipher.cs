using System.Buffers.Binary;
using System.Runtime.ConstrainedExecution;
using System.Security.Cryptography;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// Seals or opens the records of one direction in their order. One thread at a time.
/// </summary>
/// <remarks>
/// Freed by the collector and by nobody else: closing a connection may run beside the loop that is inside the cipher.
/// </remarks>
internal abstract unsafe class RecordCipher(TrafficSecret secret) : CriticalFinalizerObject
{
    private readonly byte[] _iv = new byte[TrafficSecret.NonceSize];
    private TrafficSecret _secret = secret;

    /// <summary>Records since the key was set.</summary>
    public long Count { get; private set; }

    /// <summary>The fastest that this machine has for the secret's suite.</summary>
    public static RecordCipher Create(TrafficSecret secret, bool seals) =>
        IpsecMb.For(secret.Suite) is { } gcm
            ? new IpsecMbCipher(secret, gcm)
            : new LibCryptoCipher(secret, seals);

    /// <summary>Goes on with the next secret (KeyUpdate).</summary>
    public void Update()
    {
        _secret = _secret.Next();
        TakeKey();
    }

    /// <summary>Bytes that <see cref="Open(ReadOnlySpan{byte}, Span{byte})"/> needs for this whole record: content, type, padding.</summary>
    public static int InnerSize(ReadOnlySpan<byte> record) => record.Length - TlsRecord.HeaderSize - TlsRecord.TagSize;

    /// <summary>Writes one whole record; returns its size.</summary>
    public int Seal(ReadOnlySpan<byte> content, byte type, Span<byte> into)
    {
        var size = content.Length + TlsRecord.Overhead;
        if (content.Length > TlsRecord.MaxContent || into.Length < size)
            throw new ArgumentException("The content does not fit into a record or the room.", nameof(content));
        TlsRecord.WriteHeader(into, content.Length);
        var nonce = stackalloc byte[TrafficSecret.NonceSize];
        WriteNonce(nonce);
        fixed (byte* from = content)
        fixed (byte* record = into)
        {
            if (!Seal(nonce, record, from, content.Length, type, record + TlsRecord.HeaderSize))
                throw new IOException($"A record could not be encrypted: {OpenSsl.TakeError()}.");
        }

        GC.KeepAlive(this);
        return size;
    }

    /// <summary>
    /// Decrypts one whole record; returns the bytes of inner content, type and padding, or -1 when it was tampered with.
    /// <paramref name="into"/> has at least the record's size less header and tag.
    /// </summary>
    public int Open(ReadOnlySpan<byte> record, Span<byte> into)
    {
        var inner = InnerSize(record);
        if (inner <= 0 || into.Length < inner)
            throw new ArgumentException("The record does not fit into the room.", nameof(record));
        var nonce = stackalloc byte[TrafficSecret.NonceSize];
        WriteNonce(nonce);
        bool isGenuine;
        fixed (byte* from = record)
        fixed (byte* to = into)
            isGenuine = Open(nonce, from, from + TlsRecord.HeaderSize, inner, to);
        GC.KeepAlive(this);
        return isGenuine ? inner : -1;
    }

    /// <summary>Takes over the secret's key and counts from zero; a derived class calls it when it is ready for one.</summary>
    protected void TakeKey()
    {
        Count = 0;
        _secret.Iv().CopyTo(_iv, 0);
        var bytes = _secret.Key();
        fixed (byte* key = bytes)
            SetKey(key);
        CryptographicOperations.ZeroMemory(bytes);
        GC.KeepAlive(this);
    }

    protected abstract void SetKey(byte* key);

    /// <summary>
    /// Encrypts content and type, and writes the tag behind them. The header is what the tag covers besides. False: the library failed.
    /// </summary>
    protected abstract bool Seal(byte* nonce, byte* header, byte* content, int length, byte type, byte* into);

    /// <summary>Decrypts <paramref name="length"/> bytes, with their tag behind them; false when it is not theirs.</summary>
    protected abstract bool Open(byte* nonce, byte* header, byte* from, int length, byte* into);

    /// <summary>The fixed part with the record's number mixed into its last eight bytes (RFC 8446 section 5.3).</summary>
    private void WriteNonce(byte* nonce)
    {
        var bytes = new Span<byte>(nonce, TrafficSecret.NonceSize);
        _iv.CopyTo(bytes);
        var tail = bytes[(TrafficSecret.NonceSize - sizeof(long))..];
        BinaryPrimitives.WriteInt64BigEndian(tail, BinaryPrimitives.ReadInt64BigEndian(tail) ^ Count++);
    }
}
