using System.Net.Sockets;

namespace PrivateConnect.Agent;

/// <summary>A command's side of the local socket.</summary>
internal sealed class HolderClient : IAsyncDisposable
{
    private readonly NetworkStream _stream;
    private readonly JsonLines _lines;

    private HolderClient(Socket socket)
    {
        _stream = new NetworkStream(socket, ownsSocket: true);
        _lines = new JsonLines(_stream);
    }

    /// <summary>Connects to the holder, or returns null when nobody answers there.</summary>
    public static async Task<HolderClient?> TryConnectAsync(string path, CancellationToken cancellation)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellation);
            return new HolderClient(socket);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Sends the request; false when the holder is gone.</summary>
    public async Task<bool> TrySendAsync(HolderRequest request, CancellationToken cancellation)
    {
        try
        {
            await _lines.WriteAsync(request, AgentJson.Default.HolderRequest, cancellation);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
        catch (InvalidDataException)
        {
            throw new AgentFailure(ExitCode.Usage, "too many services for one command: split the file and run connect up for each part");
        }
    }

    /// <summary>The next event, or null when the holder is gone.</summary>
    /// <exception cref="AgentFailure">It is none, or its line is too long: to ask again would give the same.</exception>
    public async Task<AgentEvent?> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            var happened = await _lines.ReadAsync(AgentJson.Default.AgentEvent, cancellation);
            return happened?.IsWhole == false ? throw new InvalidDataException("an event that lacks something") : happened;
        }
        catch (IOException)
        {
            return null;
        }
        catch (InvalidDataException error)
        {
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"the connect command that holds the session gave an answer that this one does not understand ({error.Message}); "
                + "end it and start it again, with the same version");
        }
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
