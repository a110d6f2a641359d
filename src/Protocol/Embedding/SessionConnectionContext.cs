using System.Threading.Channels;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Embedding;

/// <summary>
/// A session as ASP.NET Core's multiplexed connection: accept the streams that the peer opens, or open some. For those
/// who embed the library, and for tests.
/// </summary>
public sealed class SessionConnectionContext : MultiplexedConnectionContext
{
    private readonly Channel<StreamConnectionContext> _accepted = Channel.CreateBounded<StreamConnectionContext>(
        new BoundedChannelOptions(ProtocolLimits.MaxUnansweredOpens) { SingleWriter = true });

    private readonly CancellationTokenSource _closed = new();
    private readonly Task<SessionEnd> _running;

    /// <summary>Takes over a transport whose handshake is done, and runs the session.</summary>
    public SessionConnectionContext(Stream transport, SessionRole role, SessionOptions options)
    {
        Session = new Session(transport, role, options, new Acceptor(this));
        ConnectionId = $"session-{role}";
        ConnectionClosed = _closed.Token;
        _running = RunAsync();
    }

    /// <summary>The session.</summary>
    public Session Session { get; }

    /// <summary>Completes when both loops have stopped.</summary>
    public Task<SessionEnd> Running => _running;

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>The next stream that the peer opened; null when the session is over.</summary>
    public override async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (await _accepted.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_accepted.Reader.TryRead(out var stream))
                return stream;
        }

        return null;
    }

    /// <summary>Opens a stream for the service named by an <see cref="OpenFeature"/>.</summary>
    /// <exception cref="StreamResetException">The session refuses.</exception>
    public override ValueTask<ConnectionContext> ConnectAsync(
        IFeatureCollection? features = null, CancellationToken cancellationToken = default)
    {
        var request = features?.Get<OpenFeature>()?.Request
            ?? throw new ArgumentException("An OpenFeature names the service.", nameof(features));
        var end = new PipeEnd();
        var stream = Session.TryOpen(request, end, out var refusal) ?? throw new StreamResetException(refusal);
        end.Start();
        return ValueTask.FromResult<ConnectionContext>(new StreamConnectionContext(stream, end));
    }

    /// <inheritdoc/>
    public override void Abort() => Session.Close(SessionEndReason.LocalClose, "aborted");

    /// <inheritdoc/>
    public override void Abort(ConnectionAbortedException abortReason) =>
        Session.Close(SessionEndReason.LocalClose, abortReason?.Message ?? "aborted");

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        Session.Close(SessionEndReason.LocalClose, "disposed");
        await _running.ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<SessionEnd> RunAsync()
    {
        var end = await Session.RunAsync().ConfigureAwait(false);
        _accepted.Writer.TryComplete();
        await _closed.CancelAsync().ConfigureAwait(false);
        return end;
    }

    private sealed class Acceptor(SessionConnectionContext owner) : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request)
        {
            var end = new PipeEnd();
            stream.Attach(end);
            end.Start();
            var context = new StreamConnectionContext(stream, end);
            context.Features.Set(new OpenFeature(request));
            if (!owner._accepted.Writer.TryWrite(context))
                stream.Reset(StreamError.TooManyStreams);
        }

        public override void OnControl(ControlMessage message)
        {
            // An embedded session exchanges no control messages.
        }
    }
}
