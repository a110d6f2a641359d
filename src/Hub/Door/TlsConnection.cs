using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;

namespace PrivateConnect.Hub.Door;

/// <summary>An HTTP connection whose TLS the front door ended, as the HTTP server wants it.</summary>
internal sealed class TlsConnection : DefaultConnectionContext
{
    private readonly SslStream _tls;
    private readonly Socket _socket;
    private readonly Action _ended;

    /// <summary>Never disposed of: it has no timer, and a cancel that is on its way would end the process.</summary>
    private readonly CancellationTokenSource _closed = new();
    private int _over;
    private volatile bool _aborted;

    public TlsConnection(SslStream tls, Socket socket, DoorFeature door, Action ended)
        : base(Guid.NewGuid().ToString("n"))
    {
        _tls = tls;
        _socket = socket;
        _ended = ended;
        var stream = new HttpTlsStream(tls, () => Abort(new ConnectionAbortedException("the peer is gone")));
        ConnectionClosed = _closed.Token;
        Transport = new DuplexPipe(
            PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true)),
            PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true)));
        LocalEndPoint = socket.LocalEndPoint;
        RemoteEndPoint = new IPEndPoint(door.Remote.Address, door.Remote.Port);
        var features = new TlsFeatures(tls);
        Features.Set<ITlsConnectionFeature>(features);
        Features.Set<ITlsHandshakeFeature>(features);
        Features.Set<ITlsApplicationProtocolFeature>(features);
        Features.Set(door);
    }

    public override void Abort(ConnectionAbortedException abortReason)
    {
        _aborted = true;
        // Only the reading ends here: the descriptor may be in use by another thread. DisposeAsync closes.
        try
        {
            _socket.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone already.
        }

        // Not by the base: it cancels on the pool, unguarded, a source that its DisposeAsync may have disposed of by then.
        _ = _closed.CancelAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _over, 1) != 0)
            return;
        try
        {
            await Transport.Input.CompleteAsync();
            await Transport.Output.CompleteAsync();
            if (!_aborted)
            {
                await _tls.ShutdownAsync().WaitAsync(DoorLimits.TlsGoodbye);
                _socket.LingerState = new LingerOption(false, 0);
                _socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception e) when (
            e is IOException or SocketException or ObjectDisposedException or InvalidOperationException or TimeoutException)
        {
            // The peer is gone: what is left is closed below.
        }

        // Aborted: the socket goes first, still armed to reset; disposing the stream would end it in order.
        if (_aborted)
            _socket.Dispose();
        await _tls.DisposeAsync();
        _socket.Dispose();
        await base.DisposeAsync();
        _ended();
    }

    private sealed class DuplexPipe(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
