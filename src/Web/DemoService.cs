using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;
using PrivateConnect.Hub;

namespace PrivateConnect.Web;

/// <summary><c>hub demo-service</c>: a small HTTP service on a free port of this machine, for ./run.sh --demo to tunnel.</summary>
internal static class DemoService
{
    private const string Body = "Hello from a private service. It listens on this machine only; you came through the tunnel.\n";

    // A browser's request fits; what does not is no demonstration.
    private const int RequestBytes = 16 * 1024;

    public static async Task<int> RunAsync(TextWriter output)
    {
        // Not disposed of: Ctrl-C and the script's TERM come together, and the second may be late.
        var stop = new CancellationTokenSource();
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        await output.WriteLineAsync($$"""{"event":"listening","port":{{((IPEndPoint)listener.LocalEndpoint).Port}}}""");
        await output.FlushAsync(CancellationToken.None);
        try
        {
            while (true)
                await AnswerAsync(await listener.AcceptTcpClientAsync(stop.Token), stop.Token);
        }
        catch (OperationCanceledException)
        {
            return ExitCodes.Ok;
        }

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.Cancel();
        }
    }

    private static async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        using (client)
        {
            try
            {
                var stream = client.GetStream();
                var request = new byte[RequestBytes];
                var length = 0;
                while (length < request.Length && request.AsSpan(0, length).IndexOf("\r\n\r\n"u8) < 0)
                {
                    using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
                    patience.CancelAfter(TimeSpan.FromSeconds(2));
                    var read = await stream.ReadAsync(request.AsMemory(length), patience.Token);
                    if (read == 0)
                        return;
                    length += read;
                }

                await stream.WriteAsync(Encoding.ASCII.GetBytes(
                    $"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {Body.Length}\r\nConnection: close\r\n\r\n{Body}"),
                    stop);
                client.Client.Shutdown(SocketShutdown.Send);
            }
            catch (Exception e) when (e is IOException or SocketException || (e is OperationCanceledException && !stop.IsCancellationRequested))
            {
                // This visitor is gone or silent; the next one waits.
            }
        }
    }
}
