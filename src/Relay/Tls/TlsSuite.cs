using System.Net.Security;
using System.Security.Cryptography;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace PrivateConnect.Relay.Tls;

/// <summary>A cipher suite of TLS 1.3 (RFC 8446 appendix B.4) that a session may run on.</summary>
internal sealed class TlsSuite
{
    public static TlsSuite Aes128Gcm { get; } = new(0x1301, "TLS_AES_128_GCM_SHA256", 16, HashAlgorithmName.SHA256, 32);

    public static TlsSuite Aes256Gcm { get; } = new(0x1302, "TLS_AES_256_GCM_SHA384", 32, HashAlgorithmName.SHA384, 48);

    public static TlsSuite ChaCha20 { get; } =
        new(0x1303, "TLS_CHACHA20_POLY1305_SHA256", 32, HashAlgorithmName.SHA256, 32);

    private TlsSuite(ushort id, string name, int keySize, HashAlgorithmName hash, int hashSize)
    {
        Id = id;
        Name = name;
        KeySize = keySize;
        Hash = hash;
        HashSize = hashSize;
    }

    /// <summary>
    /// Cheapest first: AES where the processor has an instruction for it, 128 before 256; without one ChaCha20.
    /// </summary>
    public static IReadOnlyList<TlsSuite> Preferred { get; } = X86.Aes.IsSupported || Arm.Aes.IsSupported
        ? [Aes128Gcm, Aes256Gcm, ChaCha20]
        : [ChaCha20, Aes128Gcm, Aes256Gcm];

    public ushort Id { get; }

    public string Name { get; }

    /// <summary>Bytes.</summary>
    public int KeySize { get; }

    public HashAlgorithmName Hash { get; }

    /// <summary>Bytes of a traffic secret.</summary>
    public int HashSize { get; }

    /// <summary>The preferred order with <paramref name="first"/> moved to its head.</summary>
    public static IEnumerable<TlsSuite> Order(TlsCipherSuite? first) =>
        Preferred.OrderByDescending(suite => suite.Id == (ushort?)first);

    public static TlsSuite? Find(ushort id) => Preferred.FirstOrDefault(suite => suite.Id == id);

    /// <summary>The library's cipher.</summary>
    public nint Cipher() =>
        this == Aes128Gcm ? OpenSsl.EVP_aes_128_gcm()
        : this == Aes256Gcm ? OpenSsl.EVP_aes_256_gcm()
        : OpenSsl.EVP_chacha20_poly1305();
}
