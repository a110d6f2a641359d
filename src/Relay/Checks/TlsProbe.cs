using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.Relay.Checks;

/// <summary>A TLS handshake that takes every certificate, to look at it: nothing secret is said over it.</summary>
internal sealed class TlsProbe(string host)
{
    private SslStream? _stream;

    /// <summary>The other side's, when it showed one.</summary>
    public CertificateReport? Certificate { get; private set; }

    /// <summary>After a handshake that succeeded.</summary>
    public SslStream Stream => _stream ?? throw new InvalidOperationException("No handshake.");

    /// <summary>False when it fails; the certificate may have come all the same.</summary>
    public async Task<bool> HandshakeAsync(Stream over, CancellationToken late)
    {
        var stream = new SslStream(over, leaveInnerStreamOpen: true);
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = host,
            RemoteCertificateValidationCallback = Look,
            // A certificate names addresses to fetch more from: a target must not make the agent dial those.
            CertificateChainPolicy = new X509ChainPolicy
            {
                DisableCertificateDownloads = true,
                RevocationMode = X509RevocationMode.NoCheck,
            },
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, late).ConfigureAwait(false);
            _stream = stream;
            return true;
        }
        catch (Exception e) when (e is AuthenticationException or IOException or CryptographicException)
        {
            // The last one: a certificate with names that nobody can read.
            await stream.DisposeAsync().ConfigureAwait(false);
            return false;
        }
    }

    private bool Look(object sender, X509Certificate? shown, X509Chain? chain, SslPolicyErrors errors)
    {
        if (shown is X509Certificate2 certificate)
        {
            Certificate = new CertificateReport(
                Cut(certificate.Subject), Cut(certificate.Issuer), certificate.NotBefore.ToUniversalTime(),
                certificate.NotAfter.ToUniversalTime(), Trust(certificate, chain, errors));
        }

        return shown is not null;
    }

    private static CertificateTrust Trust(X509Certificate2 certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        // Dates are told apart from trust.
        var isKnown = chain is not null && chain.ChainStatus.All(status => status.Status is X509ChainStatusFlags.NotTimeValid);
        if (isKnown)
            return errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch) ? CertificateTrust.OtherName : CertificateTrust.Trusted;
        return certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData)
            ? CertificateTrust.SelfSigned
            : CertificateTrust.UnknownIssuer;
    }

    private static string Cut(string text) => text.Length > TargetReport.MaxText ? text[..TargetReport.MaxText] : text;
}
