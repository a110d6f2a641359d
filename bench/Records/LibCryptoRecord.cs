using System.Buffers.Binary;
using System.Security.Cryptography;
using PrivateConnect.Bench.Workloads;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Bench.Records;

/// <summary>Seals and opens a record with libcrypto called directly, AES-128: the key's schedule is kept, only the nonce is set.</summary>
internal sealed unsafe class LibCryptoRecord : Workload
{
    private readonly nint _sealing = OpenSsl.EVP_CIPHER_CTX_new();
    private readonly nint _opening = OpenSsl.EVP_CIPHER_CTX_new();
    private readonly byte[] _nonce = new byte[RecordSizes.Nonce];
    private readonly byte[] _tag = new byte[RecordSizes.Tag];
    private readonly byte[] _header = new byte[RecordSizes.Header];
    private readonly byte[] _plain;
    private readonly byte[] _sealed;

    public LibCryptoRecord(int size)
    {
        _plain = new byte[size + 1];
        _sealed = new byte[size + 1];
        fixed (byte* key = new byte[RecordSizes.Key])
        {
            Check(OpenSsl.EVP_CipherInit_ex(_sealing, OpenSsl.EVP_aes_128_gcm(), 0, key, null, 1));
            Check(OpenSsl.EVP_CipherInit_ex(_opening, OpenSsl.EVP_aes_128_gcm(), 0, key, null, 0));
        }
    }

    public override void Run(int operations)
    {
        fixed (byte* nonce = _nonce, tag = _tag, header = _header, plain = _plain, closed = _sealed)
        {
            for (var i = 0; i < operations; i++)
            {
                BinaryPrimitives.WriteInt32BigEndian(_nonce, i);
                Pass(_sealing, 1, nonce, header, plain, closed);
                Check(OpenSsl.EVP_CIPHER_CTX_ctrl(_sealing, OpenSsl.EVP_CTRL_AEAD_GET_TAG, RecordSizes.Tag, tag));
                Check(OpenSsl.EVP_CIPHER_CTX_ctrl(_opening, OpenSsl.EVP_CTRL_AEAD_SET_TAG, RecordSizes.Tag, tag));
                Pass(_opening, 0, nonce, header, closed, plain);
            }
        }
    }

    public override void Dispose()
    {
        OpenSsl.EVP_CIPHER_CTX_free(_sealing);
        OpenSsl.EVP_CIPHER_CTX_free(_opening);
    }

    private void Pass(nint context, int seals, byte* nonce, byte* header, byte* from, byte* into)
    {
        int count;
        Check(OpenSsl.EVP_CipherInit_ex(context, 0, 0, null, nonce, seals));
        Check(OpenSsl.EVP_CipherUpdate(context, null, &count, header, RecordSizes.Header));
        Check(OpenSsl.EVP_CipherUpdate(context, into, &count, from, _plain.Length));
        Check(OpenSsl.EVP_CipherFinal_ex(context, into + count, &count));
    }

    private static void Check(int result)
    {
        if (result != 1)
            throw new CryptographicException("libcrypto refused a record.");
    }
}
