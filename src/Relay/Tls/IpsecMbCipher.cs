using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace PrivateConnect.Relay.Tls;

/// <summary>The record's cipher by <see cref="IpsecMb"/>.</summary>
internal sealed unsafe class IpsecMbCipher : RecordCipher
{
    private readonly IpsecMb.Gcm _gcm;
    private readonly byte* _key;
    private readonly byte* _state;

    public IpsecMbCipher(TrafficSecret secret, IpsecMb.Gcm gcm)
        : base(secret)
    {
        _gcm = gcm;
        _key = (byte*)NativeMemory.AlignedAlloc(IpsecMb.KeySize + IpsecMb.StateSize, IpsecMb.Alignment);
        _state = _key + IpsecMb.KeySize;
        TakeKey();
    }

    ~IpsecMbCipher()
    {
        if (_key is null)
            return;
        NativeMemory.Clear(_key, IpsecMb.KeySize + IpsecMb.StateSize);
        NativeMemory.AlignedFree(_key);
    }

    protected override void SetKey(byte* key) => _gcm.Prepare(key, _key);

    protected override bool Seal(byte* nonce, byte* header, byte* content, int length, byte type, byte* into)
    {
        _gcm.Begin(_key, _state, nonce, header, TlsRecord.HeaderSize);
        if (length > 0)
            _gcm.SealMore(_key, _state, into, content, (ulong)length);
        _gcm.SealMore(_key, _state, into + length, &type, 1);
        _gcm.EndSeal(_key, _state, into + length + 1, TlsRecord.TagSize);
        return true;
    }

    protected override bool Open(byte* nonce, byte* header, byte* from, int length, byte* into)
    {
        // Whatever the library does or leaves undone, what it does not write is not the record's tag.
        var tag = stackalloc byte[TlsRecord.TagSize];
        for (var i = 0; i < TlsRecord.TagSize; i++)
            tag[i] = (byte)~from[length + i];
        _gcm.Open(
            _key, _state, into, from, (ulong)length, nonce, header, TlsRecord.HeaderSize, tag, TlsRecord.TagSize);
        return CryptographicOperations.FixedTimeEquals(
            new ReadOnlySpan<byte>(tag, TlsRecord.TagSize), new ReadOnlySpan<byte>(from + length, TlsRecord.TagSize));
    }
}
