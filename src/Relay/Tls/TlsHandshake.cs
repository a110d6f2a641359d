using System.Runtime.InteropServices;
using System.Security.Authentication;
using System.Text;

namespace PrivateConnect.Relay.Tls;

/// <summary>
/// One TLS 1.3 handshake over memory: bytes in, bytes out, at its end the secrets of both directions. OpenSSL does it
/// and is let go of afterwards; an established connection keeps nothing of it. One thread at a time.
/// </summary>
internal sealed unsafe class TlsHandshake : IDisposable
{
    private const int MaxSecret = 64;

    /// <summary>Whose handshake runs on this thread: the library calls back within the call.</summary>
    [ThreadStatic]
    private static TlsHandshake? t_current;

    private readonly TlsContext _context;
    private readonly nint _in;
    private readonly nint _out;
    private nint _ssl;
    private byte[]? _clientSecret;
    private byte[]? _serverSecret;

    /// <param name="context">Side, suites and certificate.</param>
    /// <param name="serverName">For a client: whom it wants to reach; not sent when it is an address.</param>
    public TlsHandshake(TlsContext context, string? serverName)
    {
        _context = context;
        var isReferenced = false;
        context.DangerousAddRef(ref isReferenced);
        try
        {
            // The connection holds the native context from here on.
            _ssl = OpenSsl.Require(OpenSsl.SSL_new(context.DangerousGetHandle()));
        }
        finally
        {
            context.DangerousRelease();
        }

        _in = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        _out = OpenSsl.BIO_new(OpenSsl.BIO_s_mem());
        OpenSsl.SSL_set_bio(_ssl, _in, _out);
        if (context.IsServer)
        {
            OpenSsl.SSL_set_accept_state(_ssl);
            return;
        }

        OpenSsl.SSL_set_connect_state(_ssl);
        if (serverName is not null && Uri.CheckHostName(serverName) == UriHostNameType.Dns)
        {
            fixed (byte* name = Encoding.ASCII.GetBytes(serverName + '\0'))
                _ = OpenSsl.SSL_ctrl(_ssl, OpenSsl.SSL_CTRL_SET_TLSEXT_HOSTNAME, 0, (nint)name);
        }
    }

    /// <summary>Goes as far as the fed bytes reach; true when it is complete. Send <see cref="TakeOutput"/> in any case.</summary>
    /// <exception cref="AuthenticationException">It failed; <see cref="TakeOutput"/> holds the alert for the peer.</exception>
    public bool Advance()
    {
        t_current = this;
        OpenSsl.ERR_clear_error();
        try
        {
            var result = OpenSsl.SSL_do_handshake(_ssl);
            if (result == 1)
                return true;
            if (OpenSsl.SSL_get_error(_ssl, result) == OpenSsl.SSL_ERROR_WANT_READ)
                return false;
            throw new AuthenticationException($"The TLS handshake failed: {OpenSsl.TakeError()}.");
        }
        finally
        {
            t_current = null;
        }
    }

    /// <summary>Bytes from the peer.</summary>
    public void Feed(ReadOnlySpan<byte> received)
    {
        fixed (byte* bytes = received)
            OpenSsl.Require(OpenSsl.BIO_write(_in, bytes, received.Length));
    }

    /// <summary>Bytes for the peer.</summary>
    public byte[] TakeOutput() => Take(_out);

    /// <summary>After the end: records that came behind the handshake.</summary>
    public byte[] TakeRest() => Take(_in);

    /// <summary>After the end: the secret we send under, and the one we receive under.</summary>
    public (TrafficSecret Ours, TrafficSecret Theirs) TakeSecrets()
    {
        var id = OpenSsl.SSL_CIPHER_get_protocol_id(OpenSsl.SSL_get_current_cipher(_ssl));
        if (TlsSuite.Find(id) is not { } suite || _clientSecret is null || _serverSecret is null)
            throw new AuthenticationException($"The TLS handshake ended on suite {id:x4} or without secrets.");
        var (client, server) = (new TrafficSecret(suite, _clientSecret), new TrafficSecret(suite, _serverSecret));
        return _context.IsServer ? (server, client) : (client, server);
    }

    /// <summary>After the end: the application protocol, or null.</summary>
    public string? Protocol()
    {
        OpenSsl.SSL_get0_alpn_selected(_ssl, out var name, out var length);
        return length == 0 ? null : Encoding.ASCII.GetString(name, (int)length);
    }

    /// <summary>After the end of a client's: the server's certificates in DER, its own first.</summary>
    public IReadOnlyList<byte[]> PeerCertificates()
    {
        var stack = OpenSsl.SSL_get_peer_cert_chain(_ssl);
        var found = new List<byte[]>();
        for (var i = 0; stack != 0 && i < OpenSsl.OPENSSL_sk_num(stack); i++)
        {
            var certificate = OpenSsl.OPENSSL_sk_value(stack, i);
            var der = new byte[OpenSsl.Require(OpenSsl.i2d_X509(certificate, null))];
            fixed (byte* start = der)
            {
                var at = start;
                OpenSsl.Require(OpenSsl.i2d_X509(certificate, &at));
            }

            found.Add(der);
        }

        return found;
    }

    public void Dispose()
    {
        OpenSsl.SSL_free(_ssl);
        _ssl = 0;
    }

    /// <summary>A line of the key log: label, client random, secret. It goes nowhere but into this handshake.</summary>
    [UnmanagedCallersOnly]
    public static void OnSecret(nint ssl, byte* line)
    {
        var words = MemoryMarshal.CreateReadOnlySpanFromNullTerminated(line);
        if (t_current is not { } current)
            return;
        if (words.StartsWith("CLIENT_TRAFFIC_SECRET_0 "u8))
            current._clientSecret = Secret(words);
        else if (words.StartsWith("SERVER_TRAFFIC_SECRET_0 "u8))
            current._serverSecret = Secret(words);
    }

    /// <summary>A server's choice among the protocols that the client offers: its own one, or the handshake fails.</summary>
    [UnmanagedCallersOnly]
    public static int SelectProtocol(nint ssl, byte** chosen, byte* length, byte* offered, uint count, nint argument)
    {
        if (t_current is not { } current)
            return OpenSsl.SSL_TLSEXT_ERR_ALERT_FATAL;
        var own = current._context.Protocols.AsSpan(1);
        for (var at = 0; at < count; at += 1 + offered[at])
        {
            var size = offered[at];
            if (at + 1 + size > count || !own.SequenceEqual(new ReadOnlySpan<byte>(offered + at + 1, size)))
                continue;
            *chosen = offered + at + 1;
            *length = size;
            return OpenSsl.SSL_TLSEXT_ERR_OK;
        }

        return OpenSsl.SSL_TLSEXT_ERR_ALERT_FATAL;
    }

    private static byte[]? Secret(ReadOnlySpan<byte> words)
    {
        var secret = new byte[MaxSecret];
        var hex = words[(words.LastIndexOf((byte)' ') + 1)..];
        return hex.Length <= MaxSecret * 2
            && Convert.FromHexString(hex, secret, out _, out var count) == System.Buffers.OperationStatus.Done
                ? secret[..count]
                : null;
    }

    private static byte[] Take(nint bio)
    {
        var bytes = new byte[(int)OpenSsl.BIO_ctrl_pending(bio)];
        if (bytes.Length == 0)
            return bytes;
        fixed (byte* into = bytes)
            OpenSsl.Require(OpenSsl.BIO_read(bio, into, bytes.Length));
        return bytes;
    }
}
