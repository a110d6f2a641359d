using System.Net.Security;
using System.Runtime.Intrinsics.X86;
using System.Security.Authentication;
using PrivateConnect.Hub.Certificates;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace PrivateConnect.Hub.Door;

/// <summary>What the hub offers in a TLS handshake.</summary>
internal static class TlsSettings
{
    public static readonly SslApplicationProtocol Agent = new("pconnect/1");

    // AES-128 is the cheapest per byte where the processor has an instruction for it; without, ChaCha20 is.
    private static readonly TlsCipherSuite[] Preferred = Aes.IsSupported || ArmAes.IsSupported
        ?
        [
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
        ]
        :
        [
            TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            TlsCipherSuite.TLS_AES_128_GCM_SHA256,
            TlsCipherSuite.TLS_AES_256_GCM_SHA384,
        ];

    /// <summary>All suites in the hub's order, <paramref name="first"/> at its head.</summary>
    public static CipherSuitesPolicy? Suites(TlsCipherSuite? first) => OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(
    [
        .. Preferred.OrderByDescending(suite => suite == first),
        // TLS 1.2, for HTTP only: forward secrecy and authenticated encryption.
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]);

    public static SslServerAuthenticationOptions For(DoorKind door, HubCertificate certificate) => new()
    {
        ServerCertificateContext = certificate.Context,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CipherSuitesPolicy = certificate.Suites,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        // The server's order decides.
        ApplicationProtocols = door == DoorKind.Api
            ? [Agent, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
            : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
