using System.Net.Security;
using System.Runtime.Intrinsics.X86;
using System.Security.Authentication;
using ArmAes = System.Runtime.Intrinsics.Arm.Aes;

namespace PrivateConnect.Hub.Door;

/// <summary>What the hub offers in a TLS handshake.</summary>
internal static class TlsSettings
{
    public static readonly SslApplicationProtocol Agent = new("pconnect/1");

    private static readonly CipherSuitesPolicy? Suites = OperatingSystem.IsWindows() ? null : new CipherSuitesPolicy(
    [
        // AES-128 is the cheapest per byte where the processor has an instruction for it; without, ChaCha20 is.
        .. Aes.IsSupported || ArmAes.IsSupported
            ? (ReadOnlySpan<TlsCipherSuite>)
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
            ],
        // TLS 1.2, for HTTP only: forward secrecy and authenticated encryption.
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
        TlsCipherSuite.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
        TlsCipherSuite.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
    ]);

    public static SslServerAuthenticationOptions For(DoorKind door, SslStreamCertificateContext certificate) => new()
    {
        ServerCertificateContext = certificate,
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
        CipherSuitesPolicy = Suites,
        AllowRenegotiation = false,
        ClientCertificateRequired = false,
        // The server's order decides.
        ApplicationProtocols = door == DoorKind.Api
            ? [Agent, SslApplicationProtocol.Http2, SslApplicationProtocol.Http11]
            : [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
    };
}
