using System.Buffers.Binary;
using System.Security.Cryptography;
using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Records;

/// <summary>Seals and opens a record with the runtime's <see cref="AesGcm"/>, AES-128.</summary>
internal sealed class AesGcmRecord(int size) : Workload
{
    private readonly AesGcm _cipher = new(new byte[RecordSizes.Key], RecordSizes.Tag);
    private readonly byte[] _nonce = new byte[RecordSizes.Nonce];
    private readonly byte[] _tag = new byte[RecordSizes.Tag];
    private readonly byte[] _header = new byte[RecordSizes.Header];
    private readonly byte[] _plain = new byte[size + 1];
    private readonly byte[] _sealed = new byte[size + 1];

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(_nonce, i);
            _cipher.Encrypt(_nonce, _plain, _sealed, _tag, _header);
            _cipher.Decrypt(_nonce, _sealed, _tag, _plain, _header);
        }
    }

    public override void Dispose() => _cipher.Dispose();
}
