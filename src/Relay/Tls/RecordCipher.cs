using System.Buffers.Binary;
using System.Runtime.ConstrainedExecution;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// Seals or opens the records of one direction in their order. One thread at a time.
/// </summary>
/// <remarks>
/// Freed by the collector and by nobody else: closing a connection may run beside the loop that is inside the cipher.
/// </remarks>
internal sealed unsafe class RecordCipher : CriticalFinalizerObject
{
    private readonly nint _context;
    private readonly bool _seals;
    private readonly byte[] _iv = new byte[TrafficSecret.NonceSize];
    private TrafficSecret _secret;

    public RecordCipher(TrafficSecret secret, bool seals)
    {
        _secret = secret;
        _seals = seals;
        _context = OpenSsl.Require(OpenSsl.EVP_CIPHER_CTX_new());
        SetKey(secret.Suite.Cipher());
    }

    ~RecordCipher() => OpenSsl.EVP_CIPHER_CTX_free(_context);

    /// <summary>Records since the key was set.</summary>
    public long Count { get; private set; }

    /// <summary>Goes on with the next secret (KeyUpdate).</summary>
    public void Update()
    {
        _secret = _secret.Next();
        SetKey(0);
    }

    /// <summary>Bytes that <see cref="Open"/> needs for this whole record: content, type, padding.</summary>
    public static int InnerSize(ReadOnlySpan<byte> record) => record.Length - TlsRecord.HeaderSize - TlsRecord.TagSize;

    /// <summary>Writes one whole record; returns its size.</summary>
    public int Seal(ReadOnlySpan<byte> content, byte type, Span<byte> into)
    {
        var size = content.Length + TlsRecord.Overhead;
        if (content.Length > TlsRecord.MaxContent || into.Length < size)
            throw new ArgumentException("The content does not fit into a record or the room.", nameof(content));
        TlsRecord.WriteHeader(into, content.Length);
        fixed (byte* from = content)
        fixed (byte* record = into)
        {
            var at = record + TlsRecord.HeaderSize;
            int written;
            SetNonce();
            var isSealed = OpenSsl.EVP_CipherUpdate(_context, null, &written, record, TlsRecord.HeaderSize) > 0
                && OpenSsl.EVP_CipherUpdate(_context, at, &written, from, content.Length) > 0
                && OpenSsl.EVP_CipherUpdate(_context, at + content.Length, &written, &type, 1) > 0
                && OpenSsl.EVP_CipherFinal_ex(_context, at + content.Length + 1, &written) > 0
                && OpenSsl.EVP_CIPHER_CTX_ctrl(
                    _context, OpenSsl.EVP_CTRL_AEAD_GET_TAG, TlsRecord.TagSize, at + content.Length + 1) > 0;
            if (!isSealed)
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
        bool isGenuine;
        fixed (byte* from = record)
        fixed (byte* to = into)
        {
            int written;
            SetNonce();
            isGenuine = OpenSsl.EVP_CIPHER_CTX_ctrl(
                    _context, OpenSsl.EVP_CTRL_AEAD_SET_TAG, TlsRecord.TagSize, from + TlsRecord.HeaderSize + inner) > 0
                && OpenSsl.EVP_CipherUpdate(_context, null, &written, from, TlsRecord.HeaderSize) > 0
                && OpenSsl.EVP_CipherUpdate(_context, to, &written, from + TlsRecord.HeaderSize, inner) > 0
                && OpenSsl.EVP_CipherFinal_ex(_context, to + inner, &written) > 0;
            if (!isGenuine)
                OpenSsl.ERR_clear_error();
        }

        GC.KeepAlive(this);
        return isGenuine ? inner : -1;
    }

    /// <summary>The fixed part with the record's number mixed into its last eight bytes (RFC 8446 section 5.3).</summary>
    private void SetNonce()
    {
        var nonce = stackalloc byte[TrafficSecret.NonceSize];
        var bytes = new Span<byte>(nonce, TrafficSecret.NonceSize);
        _iv.CopyTo(bytes);
        var tail = bytes[(TrafficSecret.NonceSize - sizeof(long))..];
        BinaryPrimitives.WriteInt64BigEndian(tail, BinaryPrimitives.ReadInt64BigEndian(tail) ^ Count++);
        if (OpenSsl.EVP_CipherInit_ex(_context, 0, 0, null, nonce, -1) <= 0)
            throw new IOException($"The record's cipher failed: {OpenSsl.TakeError()}.");
    }

    private void SetKey(nint cipher)
    {
        Count = 0;
        _secret.Iv().CopyTo(_iv, 0);
        fixed (byte* key = _secret.Key())
            OpenSsl.Require(OpenSsl.EVP_CipherInit_ex(_context, cipher, 0, key, null, _seals ? 1 : 0));
    }
}
