using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrivateConnect.Hub.Door;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Hub.Certificates;

/// <summary>A certificate with its key, ready for handshakes, and the hash agents pin.</summary>
public sealed class HubCertificate
{
    private HubCertificate(X509Certificate2 leaf, X509Certificate2Collection chain, TlsCipherSuite? firstCipher)
    {
        Leaf = leaf;
        // Offline: a handshake must never wait for somebody's network service.
        Context = SslStreamCertificateContext.Create(leaf, chain, offline: true);
        AgentContext = ContextOf(leaf, chain, firstCipher);
        Suites = TlsSettings.Suites(firstCipher);
        SpkiHash = SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo());
        Pin = "sha256:" + Convert.ToHexStringLower(SpkiHash);
    }

    internal X509Certificate2 Leaf { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>For handshakes by the platform; null where it lets nobody choose.</summary>
    internal CipherSuitesPolicy? Suites { get; }

    /// <summary>For agents' handshakes; null where the platform's TLS serves them too: no library, or one that turns the pair down.</summary>
    internal TlsContext? AgentContext { get; }

    /// <summary>SHA-256 of the leaf's SubjectPublicKeyInfo.</summary>
    public byte[] SpkiHash { get; }

    /// <summary><c>sha256:</c> and 64 hex digits.</summary>
    public string Pin { get; }

    /// <summary>From then on nobody trusts it; pins go by the key and do not mind.</summary>
    public DateTimeOffset ExpiresAt => Leaf.NotAfter;

    /// <summary>Reads a PEM chain (leaf first) and its key, for handshakes that take <paramref name="firstCipher"/> first.</summary>
    /// <exception cref="CryptographicException">Not PEM, no key, encrypted, of a kind that TLS does not take, or the two do not belong together.</exception>
    public static HubCertificate FromPem(string certificates, string key, TlsCipherSuite? firstCipher = null)
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPem(certificates, key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            if (chain.Count > 0)
                chain.RemoveAt(0);
            return new HubCertificate(leaf, chain, firstCipher);
        }
        catch (ArgumentException e)
        {
            throw new CryptographicException(e.Message, e);
        }
        catch (NotSupportedException e)
        {
            // Read, and refused by the platform's TLS: a DSA pair, for one.
            throw new CryptographicException("The key in the files is of a kind that TLS does not take: give an RSA or ECDSA pair.", e);
        }
    }

    private static TlsContext? ContextOf(X509Certificate2 leaf, X509Certificate2Collection chain, TlsCipherSuite? firstCipher)
    {
        try
        {
            return TlsContext.IsAvailable ? TlsContext.ForServer(leaf, chain, TlsSettings.Agent.ToString(), firstCipher) : null;
        }
        catch (CryptographicException)
        {
            // Too weak for the library's rules, or a key that it does not know: no reason not to start.
            return null;
        }
    }
}
