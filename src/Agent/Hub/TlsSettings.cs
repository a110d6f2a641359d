using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Arm = System.Runtime.Intrinsics.Arm;
using X86 = System.Runtime.Intrinsics.X86;

namespace PrivateConnect.Agent;

/// <summary>How the agent speaks TLS to a hub, for the session and for enrolment alike.</summary>
internal static class TlsSettings
{
    /// <summary>The hub speaks frames at once after the TLS handshake.</summary>
    public static SslApplicationProtocol Frames { get; } = new("pconnect/1");

    public static SslClientAuthenticationOptions Create(HubAddress hub, CertificateCheck check, params SslApplicationProtocol[] protocols)
    {
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = hub.Host,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [.. protocols],
            RemoteCertificateValidationCallback = check.Validate,
        };
        // The pinned key alone counts: this machine's authorities, 1.4 MB of them, are not even read.
        if (check.IsPinned)
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        if (OperatingSystem.IsLinux())
            options.CipherSuitesPolicy = new CipherSuitesPolicy(Suites());
        return options;
    }

    /// <summary>Fastest first: AES where the processor has an instruction for it, else ChaCha20.</summary>
    private static TlsCipherSuite[] Suites() => X86.Aes.IsSupported || Arm.Aes.IsSupported
        ? [TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384, TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256]
        : [TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256, TlsCipherSuite.TLS_AES_128_GCM_SHA256, TlsCipherSuite.TLS_AES_256_GCM_SHA384];
}
