using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Embedding;

/// <summary>
/// A stream as ASP.NET Core's connection abstraction: read and write its <see cref="Transport"/>, complete the output to
/// send FIN, dispose to end. The relay's own data path does not go through here.
/// </summary>
public sealed class StreamConnectionContext : ConnectionContext
{
    private readonly PipeEnd _end;
    private readonly CancellationTokenSource _closed = new();
    private readonly Task _watching;
    private int _disposed;

    internal StreamConnectionContext(MuxStream stream, PipeEnd end)
    {
        Stream = stream;
        _end = end;
        ConnectionId = $"stream-{stream.Id}";
        ConnectionClosed = _closed.Token;
        Transport = new Pair(end.Input, end.Output);
        _watching = WatchAsync();
    }

    /// <summary>The stream behind the pipes.</summary>
    public MuxStream Stream { get; }

    /// <inheritdoc/>
    public override IDuplexPipe Transport { get; set; }

    /// <inheritdoc/>
    public override string ConnectionId { get; set; }

    /// <inheritdoc/>
    public override IFeatureCollection Features { get; } = new FeatureCollection();

    /// <inheritdoc/>
    public override IDictionary<object, object?> Items { get; set; } = new ConnectionItems();

    /// <inheritdoc/>
    public override CancellationToken ConnectionClosed { get; set; }

    /// <summary>Resets the stream (Cancelled).</summary>
    public override void Abort(ConnectionAbortedException abortReason) => Stream.Reset(StreamError.Cancelled);

    /// <summary>Ends the stream: in order when both directions are over or the rest of the peer's data is not waited for.</summary>
    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            await base.DisposeAsync().ConfigureAwait(false);
            return;
        }

        await _end.Output.CompleteAsync().ConfigureAwait(false);
        await _end.Input.CompleteAsync().ConfigureAwait(false);
        if (Stream.State is StreamState.Open or StreamState.LocalClosed or StreamState.Opening or StreamState.OpeningFin)
            Stream.Reset(StreamError.Cancelled);
        await _watching.ConfigureAwait(false);
        await _end.StoppedAsync().ConfigureAwait(false);
        _closed.Dispose();
        await base.DisposeAsync().ConfigureAwait(false);
    }

    private async Task WatchAsync()
    {
        await _end.Closed.ConfigureAwait(false);
        await _closed.CancelAsync().ConfigureAwait(false);
    }

    private sealed class Pair(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
