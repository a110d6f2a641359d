using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// TLS as the HTTP server expects a transport to behave: a peer that went away is a <see cref="ConnectionResetException"/>
/// on reading and no exception at all on writing.
/// </summary>
internal sealed class HttpTlsStream(SslStream tls, Action broken) : AsyncOnlyStream
{
    private volatile bool _broken;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await tls.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsBroken(e))
        {
            throw new ConnectionResetException(e.Message, e);
        }
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_broken)
            return;
        try
        {
            await tls.WriteAsync(buffer, cancellationToken);
        }
        catch (Exception e) when (IsBroken(e))
        {
            // As with the server's own sockets: the connection's end is told by its token.
            _broken = true;
            broken();
        }
    }

    // Before coalescing the transport sends what it is given; there is nothing to flush.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    private static bool IsBroken(Exception e) => e is IOException or SocketException or ObjectDisposedException;
}
