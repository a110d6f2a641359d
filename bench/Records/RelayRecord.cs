using PrivateConnect.Bench.Workloads;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Bench.Records;

/// <summary>Seals and opens a record as the relay does, AES-128: by libIPSec_MB where it serves, else by libcrypto.</summary>
internal sealed class RelayRecord : Workload
{
    private readonly RecordCipher _sealing;
    private readonly RecordCipher _opening;
    private readonly byte[] _plain;
    private readonly byte[] _record;

    public RelayRecord(int size)
    {
        var secret = new TrafficSecret(TlsSuite.Aes128Gcm, new byte[TlsSuite.Aes128Gcm.HashSize]);
        _sealing = RecordCipher.Create(secret, seals: true);
        _opening = RecordCipher.Create(secret, seals: false);
        _plain = new byte[size + 1];
        _record = new byte[size + TlsRecord.Overhead];
    }

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            _sealing.Seal(_plain.AsSpan(0, _plain.Length - 1), TlsRecord.ApplicationData, _record);
            if (_opening.Open(_record, _plain) < 0)
                throw new InvalidOperationException("A record did not open.");
        }
    }

    /// <summary>Ciphers are freed by the collector.</summary>
    public override void Dispose()
    {
    }
}
