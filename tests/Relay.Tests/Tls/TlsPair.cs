using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrivateConnect.Relay.Tls;
using PrivateConnect.Testing;

namespace PrivateConnect.Relay.Tests.Tls;

/// <summary>Two ends of a TLS connection over loopback, each ours or the platform's.</summary>
internal sealed class TlsPair : IAsyncDisposable
{
    public const string Protocol = "pconnect/1";

    private TlsPair(Stream client, Stream server) => (Client, Server) = (client, server);

    public static X509Certificate2 Certificate { get; } = Make();

    public static TlsContext ServerContext { get; } = TlsContext.ForServer(Certificate, [], Protocol);

    public static TlsContext ClientContext { get; } = TlsContext.ForClient(Protocol, "http/1.1");

    public Stream Client { get; }

    public Stream Server { get; }

    public static async Task<TlsPair> CreateAsync(bool ownClient, bool ownServer)
    {
        var (a, b) = await SocketPair.CreateAsync();
        var client = ownClient ? OwnClientAsync(a) : PlatformClientAsync(a);
        var server = ownServer ? OwnServerAsync(b) : PlatformServerAsync(b);
        return new TlsPair(await client.WithinCap(), await server.WithinCap());
    }

    /// <summary>A transport with known secrets on one side, a bare socket on the other.</summary>
    public static async Task<(TlsTransport Transport, Socket Peer, RecordCipher Seals, RecordCipher Opens)> WithRawPeerAsync(
        long recordsPerKey = 1000)
    {
        var (a, b) = await SocketPair.CreateAsync();
        var ours = new TrafficSecret(TlsSuite.Aes128Gcm, SocketPair.Pattern(32, 1));
        var theirs = new TrafficSecret(TlsSuite.Aes128Gcm, SocketPair.Pattern(32, 2));
        var socket = new SocketTransport(a, RelayLoop.Next());
        socket.StartCoalescing();
        return (new TlsTransport(socket, ours, theirs, default, recordsPerKey), b,
            new LibCryptoCipher(theirs, seals: true), new LibCryptoCipher(ours, seals: false));
    }

    public static async Task<Stream> OwnClientAsync(Socket socket)
    {
        var transport = new SocketTransport(socket, RelayLoop.Next());
        var tls = await TlsTransport.AuthenticateAsync(transport, ClientContext, "hub.test", CancellationToken.None);
        transport.StartCoalescing();
        return tls;
    }

    public static async Task<Stream> OwnServerAsync(Socket socket)
    {
        var transport = new SocketTransport(socket, RelayLoop.Next());
        var tls = await TlsTransport.AuthenticateAsync(transport, ServerContext, null, CancellationToken.None);
        transport.StartCoalescing();
        return tls;
    }

    public static async Task<Stream> PlatformClientAsync(
        Socket socket, SslProtocols versions = SslProtocols.Tls13, string protocol = Protocol)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "hub.test",
            EnabledSslProtocols = versions,
            ApplicationProtocols = [new SslApplicationProtocol(protocol)],
            RemoteCertificateValidationCallback = (_, shown, _, _) =>
                shown!.GetRawCertData().AsSpan().SequenceEqual(Certificate.RawData),
        });
        return tls;
    }

    private static async Task<Stream> PlatformServerAsync(Socket socket)
    {
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = Certificate,
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [new SslApplicationProtocol(Protocol)],
        });
        return tls;
    }

    public async ValueTask DisposeAsync()
    {
        await Client.DisposeAsync();
        await Server.DisposeAsync();
    }

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub.test", key, HashAlgorithmName.SHA256);
        using var made = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }
}
