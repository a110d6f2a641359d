using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Nerdbank.Streams;

namespace PrivateConnect.LoadTests.Peers;

/// <summary>The visitors' side of the Nerdbank.Streams peer: one agent, one port, a channel for each visitor.</summary>
internal static class NerdbankServer
{
    public const string Verb = "nerdbank-server";

    private const int Backlog = 4_096;

    /// <summary>Prints the visitors' and the agent's port as the only line; serves until the process is ended.</summary>
    public static async Task RunAsync(string address, string certificateFile)
    {
        using var visitors = Listen(IPAddress.Loopback);
        using var agents = Listen(IPAddress.Parse(address));
        Console.WriteLine($"{Port(visitors)} {Port(agents)}");

        using var certificate = X509Certificate2.CreateFromPemFile(certificateFile, certificateFile);
        using var agent = await agents.AcceptAsync();
        agent.NoDelay = true;
        await using var tls = new SslStream(new NetworkStream(agent));
        await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            CipherSuitesPolicy = NerdbankRelay.Cipher,
        });
        await using var session = NerdbankRelay.Multiplex(tls);
        session.StartListening();
        while (true) _ = ServeAsync(await visitors.AcceptAsync(), session);
    }

    private static async Task ServeAsync(Socket visitor, MultiplexingStream session)
    {
        visitor.NoDelay = true;
        MultiplexingStream.Channel channel;
        try
        {
            channel = await session.OfferChannelAsync("");
        }
        catch (Exception refused) when (refused is MultiplexingProtocolException or OperationCanceledException or ObjectDisposedException)
        {
            visitor.Close(0);
            return;
        }

        await NerdbankRelay.SpliceAsync(visitor, channel);
    }

    private static Socket Listen(IPAddress address)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(address, 0));
        listener.Listen(Backlog);
        return listener;
    }

    private static int Port(Socket listener) => ((IPEndPoint)listener.LocalEndPoint!).Port;
}
