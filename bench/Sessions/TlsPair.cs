using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Bench.Sessions;

/// <summary>TLS 1.3 with AES-128-GCM between a hub's end and an agent's.</summary>
internal static class TlsPair
{
    private const string Protocol = "bench";

    private static readonly Lazy<X509Certificate2> s_certificate = new(CreateCertificate);

    /// <summary>On loopback TCP, as hub and agent have it: by the relay's own transport, or where there is no OpenSSL by SslStream.</summary>
    public static (Stream Hub, Stream Agent) OnLoops(RelayLoop hubLoop, RelayLoop agentLoop, bool bySslStream)
    {
        var (a, b) = SocketPair();
        var hub = new SocketTransport(a, hubLoop);
        var agent = new SocketTransport(b, agentLoop);
        (Stream, Stream) pair = bySslStream || !TlsContext.IsAvailable
            ? Authenticate(hub, agent)
            : AuthenticateRelay(hub, agent);
        hub.StartCoalescing();
        agent.StartCoalescing();
        return pair;
    }

    /// <summary>By SslStream, over any two joined streams.</summary>
    public static (SslStream Server, SslStream Client) Authenticate(Stream server, Stream client)
    {
        var (s, c) = (new SslStream(server), new SslStream(client));
        Task.WaitAll(
            s.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
            {
                ServerCertificate = s_certificate.Value,
                EnabledSslProtocols = SslProtocols.Tls13,
                CipherSuitesPolicy = Suites(),
            }),
            c.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "bench",
                EnabledSslProtocols = SslProtocols.Tls13,
                CipherSuitesPolicy = Suites(),
                RemoteCertificateValidationCallback = static (_, certificate, _, _) =>
                    certificate?.GetCertHashString() == s_certificate.Value.Thumbprint,
            }));
        return (s, c);
    }

    private static (Stream Hub, Stream Agent) AuthenticateRelay(SocketTransport hub, SocketTransport agent)
    {
        var server = TlsTransport.AuthenticateAsync(
            hub, TlsContext.ForServer(s_certificate.Value, [], Protocol), null, CancellationToken.None);
        var client = TlsTransport.AuthenticateAsync(
            agent, TlsContext.ForClient(Protocol), "bench", CancellationToken.None);
        Task.WaitAll(server, client);
        return (server.Result, client.Result);
    }

    /// <summary>Two connected loopback sockets that only ever blocked.</summary>
    public static (Socket Accepted, Socket Connected) SocketPair()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var connected = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        connected.Connect(listener.LocalEndPoint!);
        var accepted = listener.Accept();
        accepted.NoDelay = true;
        return (accepted, connected);
    }

    private static CipherSuitesPolicy? Suites() =>
        OperatingSystem.IsLinux() ? new CipherSuitesPolicy([TlsCipherSuite.TLS_AES_128_GCM_SHA256]) : null;

    private static X509Certificate2 CreateCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=bench", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var made = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
