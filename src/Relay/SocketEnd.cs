using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// A socket as the end of a stream: receives straight into the session's batch, sends straight from the session's
/// receive block, holds nothing.
/// </summary>
internal sealed class SocketEnd(Action<SpliceResult>? ended) : StreamEnd, ISocketEvents
{
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private SocketWatch _watch = null!;

    /// <summary>The socket; set before the end is attached.</summary>
    public void Bind(SocketWatch watch) => _watch = watch;

    public override int Pull(Span<byte> into) => _watch.Receive(into);

    public override int Pull(Span<byte> into, int slice, int gap) => _watch.Receive(into, slice, gap);

    public override void ArmReadable() => _watch.ArmReadable();

    public override int Push(ReadOnlySpan<byte> data)
    {
        var n = _watch.Send(data);
        return n == SocketWatch.WouldBlock ? 0 : n;
    }

    public override int Push(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        var n = _watch.Send(block, slices);
        return n == SocketWatch.WouldBlock ? 0 : n;
    }

    public override void ArmWritable() => _watch.ArmWritable();

    public override void PushFin() => _watch.ShutdownSend();

    public override void Close(StreamError error)
    {
        _watch.Close(orderly: error == StreamError.None);
        ended?.Invoke(new SpliceResult(
            error, Stream?.BytesIn ?? 0, Stream?.BytesOut ?? 0, TimeProvider.System.GetElapsedTime(_since)));
    }

    public void OnReadable() => Stream?.SignalReadable();

    public void OnWritable() => Stream?.SignalWritable();

    public void OnHangup() => Stream?.Reset(StreamError.PeerReset);

    public void OnConnected(SocketWatch watch, SocketError error)
    {
        // A splice's socket is connected before it becomes an end.
    }
}
