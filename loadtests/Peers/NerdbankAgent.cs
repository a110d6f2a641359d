using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Nerdbank.Streams;

namespace PrivateConnect.LoadTests.Peers;

/// <summary>The target's side of the Nerdbank.Streams peer: dials the server, then the target for each channel.</summary>
internal static class NerdbankAgent
{
    public const string Verb = "nerdbank-agent";

    public static async Task RunAsync(string serverAddress, int serverPort, string certificateFile, int targetPort)
    {
        using var expected = X509CertificateLoader.LoadCertificateFromFile(certificateFile);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Parse(serverAddress), serverPort);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            RemoteCertificateValidationCallback = (_, certificate, _, _) => expected.Equals(certificate),
        });
        await using var session = NerdbankRelay.Multiplex(tls);
        session.ChannelOffered += (_, offer) => _ = ServeAsync(session, offer.QualifiedId.Id, targetPort);
        session.StartListening();
        await session.Completion;
    }

    private static async Task ServeAsync(MultiplexingStream session, ulong channelId, int targetPort)
    {
        var channel = session.AcceptChannel(channelId);
        var target = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await target.ConnectAsync(IPAddress.Loopback, targetPort);
        }
        catch (SocketException)
        {
            target.Dispose();
            channel.Dispose();
            return;
        }

        await NerdbankRelay.SpliceAsync(target, channel);
    }
}
