using System.Net;
using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;

namespace PrivateConnect.Hub.Door;

/// <summary>The seam to the HTTP server: it accepts from here what the front door decided is HTTP.</summary>
public sealed class HttpHandOver : IConnectionListenerFactory, IConnectionListenerFactorySelector, IAsyncDisposable
{
    private readonly Queue _http1 = new(HttpEndPoint.Http1);
    private readonly Queue _http2 = new(HttpEndPoint.Http2);
    private int _connections;

    /// <inheritdoc/>
    public bool CanBind(EndPoint endpoint) => endpoint is HttpEndPoint;

    /// <inheritdoc/>
    public ValueTask<IConnectionListener> BindAsync(EndPoint endpoint, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<IConnectionListener>(endpoint == HttpEndPoint.Http2 ? _http2 : _http1);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _http1.DisposeAsync();
        await _http2.DisposeAsync();
    }

    /// <summary>Takes one of the <see cref="DoorLimits.HttpConnections"/> places. False: all are taken.</summary>
    internal bool TryReserve()
    {
        if (Interlocked.Increment(ref _connections) <= DoorLimits.HttpConnections)
            return true;
        Release();
        return false;
    }

    /// <summary>Gives the place back.</summary>
    internal void Release() => Interlocked.Decrement(ref _connections);

    /// <summary>Hands a connection to the server. False: the server stopped.</summary>
    internal bool TryGive(HttpEndPoint endpoint, ConnectionContext connection) =>
        (endpoint == HttpEndPoint.Http2 ? _http2 : _http1).TryGive(connection);

    private sealed class Queue(HttpEndPoint endpoint) : IConnectionListener
    {
        // Unbounded in form only: TryReserve bounds what can be in it.
        private readonly Channel<ConnectionContext> _waiting = Channel.CreateUnbounded<ConnectionContext>();

        public EndPoint EndPoint => endpoint;

        public bool TryGive(ConnectionContext connection) => _waiting.Writer.TryWrite(connection);

        public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
        {
            while (await _waiting.Reader.WaitToReadAsync(cancellationToken))
                if (_waiting.Reader.TryRead(out var connection))
                    return connection;
            return null;
        }

        public ValueTask UnbindAsync(CancellationToken cancellationToken = default)
        {
            _waiting.Writer.TryComplete();
            return ValueTask.CompletedTask;
        }

        public async ValueTask DisposeAsync()
        {
            _waiting.Writer.TryComplete();
            while (_waiting.Reader.TryRead(out var connection))
                await connection.DisposeAsync();
        }
    }
}
