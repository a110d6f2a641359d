using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// The secret of one direction and what RFC 8446 derives from it (sections 7.1 to 7.3). Pure.
/// </summary>
internal sealed class TrafficSecret(TlsSuite suite, byte[] secret)
{
    public const int NonceSize = 12;

    public TlsSuite Suite => suite;

    public byte[] Key() => Expand("key", suite.KeySize);

    /// <summary>The nonce's fixed part; each record's number is mixed in.</summary>
    public byte[] Iv() => Expand("iv", NonceSize);

    /// <summary>The secret after a KeyUpdate.</summary>
    public TrafficSecret Next() => new(suite, Expand("traffic upd", suite.HashSize));

    /// <summary>HKDF-Expand-Label with an empty context.</summary>
    private byte[] Expand(string label, int length)
    {
        var full = Encoding.ASCII.GetBytes("tls13 " + label);
        byte[] info = [(byte)(length >> 8), (byte)length, (byte)full.Length, .. full, 0];
        return HKDF.Expand(suite.Hash, secret, length, info);
    }
}
