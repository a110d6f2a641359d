using System.Net.Security;
using System.Net.Sockets;
using Nerdbank.Streams;

namespace PrivateConnect.LoadTests.Peers;

/// <summary>What both ends of the Nerdbank.Streams peer do: written as its documentation shows, with care for speed.</summary>
internal static class NerdbankRelay
{
    /// <summary>Ten times the library's own default, which would measure the window and not the library.</summary>
    private const long Window = 1024 * 1024;

    private const int ReadBytes = 64 * 1024;

    /// <summary>AES-128-GCM, as our tunnel and ssh in the same table.</summary>
    public static readonly CipherSuitesPolicy Cipher = new([TlsCipherSuite.TLS_AES_128_GCM_SHA256]);

    public static MultiplexingStream Multiplex(Stream transport) => MultiplexingStream.Create(
        transport,
        new MultiplexingStream.Options
        {
            ProtocolMajorVersion = 3,
            DefaultChannelReceivingWindowSize = Window,
            StartSuspended = true,
        });

    /// <summary>Both directions, each with its own end; returns when both are over.</summary>
    public static async Task SpliceAsync(Socket socket, MultiplexingStream.Channel channel)
    {
        try
        {
            await Task.WhenAll(ToChannelAsync(socket, channel), ToSocketAsync(channel, socket));
        }
        catch (Exception broken) when (broken is SocketException or IOException or ObjectDisposedException or InvalidOperationException)
        {
            socket.Close(0);
        }
        finally
        {
            socket.Dispose();
            channel.Dispose();
        }
    }

    private static async Task ToChannelAsync(Socket socket, MultiplexingStream.Channel channel)
    {
        while (true)
        {
            // No buffer is held while there is nothing to read.
            if (socket.Available == 0) await socket.ReceiveAsync(Memory<byte>.Empty);
            var count = await socket.ReceiveAsync(channel.Output.GetMemory(ReadBytes));
            if (count == 0) break;
            channel.Output.Advance(count);
            if ((await channel.Output.FlushAsync()).IsCompleted) break;
        }

        await channel.Output.CompleteAsync();
    }

    private static async Task ToSocketAsync(MultiplexingStream.Channel channel, Socket socket)
    {
        while (true)
        {
            var read = await channel.Input.ReadAsync();
            foreach (var segment in read.Buffer)
                for (var rest = segment; !rest.IsEmpty;) rest = rest[await socket.SendAsync(rest)..];
            channel.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        socket.Shutdown(SocketShutdown.Send);
    }
}
