using System.Net.Security;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// What the handshakes of one side have in common: TLS 1.3, the suites, for a server its certificate. Any thread; freed
/// by the collector when no handshake uses it.
/// </summary>
public sealed unsafe class TlsContext : SafeHandle
{
    private TlsContext(bool isServer, IEnumerable<string> protocols, TlsCipherSuite? first)
        : base(0, ownsHandle: true)
    {
        IsServer = isServer;
        Protocols = [.. protocols.SelectMany(name => (byte[])[(byte)name.Length, .. Encoding.ASCII.GetBytes(name)])];
        SetHandle(OpenSsl.Require(
            OpenSsl.SSL_CTX_new(isServer ? OpenSsl.TLS_server_method() : OpenSsl.TLS_client_method())));
        Control(OpenSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, OpenSsl.TLS1_3_VERSION);
        Control(OpenSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, OpenSsl.TLS1_3_VERSION);
        OpenSsl.Require(OpenSsl.SSL_CTX_set_ciphersuites(
            handle, string.Join(':', TlsSuite.Order(first).Select(suite => suite.Name))));
        // Sessions are long, and their secrets live nowhere but in their connection: no cache, no tickets.
        _ = OpenSsl.SSL_CTX_ctrl(handle, OpenSsl.SSL_CTRL_SESS_CACHE_MODE, 0, 0);
        OpenSsl.SSL_CTX_set_keylog_callback(handle, &TlsHandshake.OnSecret);
    }

    /// <summary>Whether this machine has the library; else the platform's TLS serves.</summary>
    public static bool IsAvailable => OpenSsl.IsAvailable;

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    internal bool IsServer { get; }

    /// <summary>Application protocols in the form of RFC 7301: each name behind its length.</summary>
    internal byte[] Protocols { get; }

    /// <summary>
    /// A server that shows <paramref name="leaf"/> (with its private key) and the certificates above it, and speaks
    /// <paramref name="protocol"/> with those who offer it, on <paramref name="first"/> or else the cheapest suite.
    /// </summary>
    /// <exception cref="CryptographicException">The certificate or its key cannot be used.</exception>
    public static TlsContext ForServer(
        X509Certificate2 leaf, IEnumerable<X509Certificate2> chain, string protocol, TlsCipherSuite? first = null)
    {
        ArgumentNullException.ThrowIfNull(leaf);
        ArgumentNullException.ThrowIfNull(chain);
        var context = new TlsContext(isServer: true, [protocol], first);
        OpenSsl.Require(OpenSsl.SSL_CTX_set_num_tickets(context.handle, 0));
        OpenSsl.SSL_CTX_set_options(context.handle, OpenSsl.SSL_OP_CIPHER_SERVER_PREFERENCE);
        OpenSsl.SSL_CTX_set_alpn_select_cb(context.handle, &TlsHandshake.SelectProtocol, 0);
        context.UseCertificate(leaf);
        context.UsePrivateKey(leaf);
        foreach (var above in chain)
            context.AddToChain(above);
        return context;
    }

    /// <summary>A client that offers <paramref name="protocols"/>, the wanted one first.</summary>
    public static TlsContext ForClient(params IEnumerable<string> protocols)
    {
        var context = new TlsContext(isServer: false, protocols, first: null);
        fixed (byte* list = context.Protocols)
        {
            // Zero is success here.
            if (OpenSsl.SSL_CTX_set_alpn_protos(context.handle, list, (uint)context.Protocols.Length) != 0)
                throw new CryptographicException($"OpenSSL: {OpenSsl.TakeError()} (application protocols).");
        }

        return context;
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        OpenSsl.SSL_CTX_free(handle);
        return true;
    }

    private void UseCertificate(X509Certificate2 leaf)
    {
        var certificate = Parse(leaf);
        try
        {
            OpenSsl.Require(OpenSsl.SSL_CTX_use_certificate(handle, certificate));
        }
        finally
        {
            OpenSsl.X509_free(certificate);
        }
    }

    private void AddToChain(X509Certificate2 above)
    {
        var certificate = Parse(above);
        try
        {
            Control(OpenSsl.SSL_CTRL_CHAIN_CERT, 1, certificate);
        }
        finally
        {
            OpenSsl.X509_free(certificate);
        }
    }

    private void UsePrivateKey(X509Certificate2 leaf)
    {
        using var ec = leaf.GetECDsaPrivateKey();
        using var rsa = leaf.GetRSAPrivateKey();
        var pkcs8 = ((AsymmetricAlgorithm?)ec ?? rsa)?.ExportPkcs8PrivateKey()
            ?? throw new CryptographicException("The certificate has no ECDSA or RSA key.");
        nint key = 0;
        try
        {
            fixed (byte* start = pkcs8)
            {
                var at = start;
                key = OpenSsl.Require(OpenSsl.d2i_AutoPrivateKey(0, &at, pkcs8.Length));
            }

            OpenSsl.Require(OpenSsl.SSL_CTX_use_PrivateKey(handle, key));
        }
        finally
        {
            OpenSsl.EVP_PKEY_free(key);
            CryptographicOperations.ZeroMemory(pkcs8);
        }
    }

    private static nint Parse(X509Certificate2 certificate)
    {
        var der = certificate.RawDataMemory.Span;
        fixed (byte* start = der)
        {
            var at = start;
            return OpenSsl.Require(OpenSsl.d2i_X509(0, &at, der.Length));
        }
    }

    private void Control(int command, nint argument, nint pointer = 0) =>
        OpenSsl.Require(OpenSsl.SSL_CTX_ctrl(handle, command, argument, pointer));
}
