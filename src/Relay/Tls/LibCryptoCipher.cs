namespace PrivateConnect.Relay.Tls;

/// <summary>The record's cipher by OpenSSL's libcrypto: every suite, every machine that has the library.</summary>
internal sealed unsafe class LibCryptoCipher : RecordCipher
{
    private readonly nint _context;

    public LibCryptoCipher(TrafficSecret secret, bool seals)
        : base(secret)
    {
        _context = OpenSsl.Require(OpenSsl.EVP_CIPHER_CTX_new());
        OpenSsl.Require(OpenSsl.EVP_CipherInit_ex(_context, secret.Suite.Cipher(), 0, null, null, seals ? 1 : 0));
        TakeKey();
    }

    ~LibCryptoCipher() => OpenSsl.EVP_CIPHER_CTX_free(_context);

    protected override void SetKey(byte* key) => OpenSsl.Require(OpenSsl.EVP_CipherInit_ex(_context, 0, 0, key, null, -1));

    protected override bool Seal(byte* nonce, byte* header, byte* content, int length, byte type, byte* into)
    {
        int written;
        return OpenSsl.EVP_CipherInit_ex(_context, 0, 0, null, nonce, -1) > 0
            && OpenSsl.EVP_CipherUpdate(_context, null, &written, header, TlsRecord.HeaderSize) > 0
            && OpenSsl.EVP_CipherUpdate(_context, into, &written, content, length) > 0
            && OpenSsl.EVP_CipherUpdate(_context, into + length, &written, &type, 1) > 0
            && OpenSsl.EVP_CipherFinal_ex(_context, into + length + 1, &written) > 0
            && OpenSsl.EVP_CIPHER_CTX_ctrl(
                _context, OpenSsl.EVP_CTRL_AEAD_GET_TAG, TlsRecord.TagSize, into + length + 1) > 0;
    }

    protected override bool Open(byte* nonce, byte* header, byte* from, int length, byte* into)
    {
        int written;
        var isGenuine = OpenSsl.EVP_CipherInit_ex(_context, 0, 0, null, nonce, -1) > 0
            && OpenSsl.EVP_CIPHER_CTX_ctrl(_context, OpenSsl.EVP_CTRL_AEAD_SET_TAG, TlsRecord.TagSize, from + length) > 0
            && OpenSsl.EVP_CipherUpdate(_context, null, &written, header, TlsRecord.HeaderSize) > 0
            && OpenSsl.EVP_CipherUpdate(_context, into, &written, from, length) > 0
            && OpenSsl.EVP_CipherFinal_ex(_context, into + length, &written) > 0;
        if (!isGenuine)
            OpenSsl.ERR_clear_error();
        return isGenuine;
    }
}
