using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay;

/// <summary>
/// A socket as the end of a stream: receives straight into the session's batch, sends straight from the session's
/// receive block, holds nothing. What it sends may have to stay within a rate that it shares with other ends.
/// </summary>
internal sealed class SocketEnd(Action<SpliceResult>? ended, SharedRate? rate = null) : StreamEnd, ISocketEvents
{
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private SocketWatch _watch = null!;
    // Made when there is a rate to stay within: most streams never meet one.
    private Pacer? _pacer;

    /// <summary>The socket; set before the end is attached.</summary>
    public void Bind(SocketWatch watch) => _watch = watch;

    public override int Pull(Span<byte> into) => _watch.Receive(into);

    public override int Pull(Span<byte> into, int slice, int gap) => _watch.Receive(into, slice, gap);

    public override void ArmReadable() => _watch.ArmReadable();

    public override int Push(ReadOnlySpan<byte> data)
    {
        if (rate is { Limit: not null })
            return PushPaced(Paced(rate), data);
        var n = _watch.Send(data);
        return n == SocketWatch.WouldBlock ? 0 : n;
    }

    public override int Push(ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        if (rate is { Limit: not null })
            return PushPaced(Paced(rate), block, slices);
        var n = _watch.Send(block, slices);
        return n == SocketWatch.WouldBlock ? 0 : n;
    }

    public override void ArmWritable()
    {
        // Where the rate was lifted meanwhile the socket says at once that it has room.
        if (rate is { Limit: not null } && _pacer is { MustWait: true })
            _pacer.Wait();
        else
            _watch.ArmWritable();
    }

    public override void PushFin() => _watch.ShutdownSend();

    public override void Close(StreamError error)
    {
        _watch.Close(orderly: error == StreamError.None);
        _pacer?.Dispose();
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

    private Pacer Paced(SharedRate shared) => _pacer ??= new Pacer(shared, () => Stream?.SignalWritable());

    private int PushPaced(Pacer pacer, ReadOnlySpan<byte> data)
    {
        var most = pacer.Most(data.Length);
        if (most == 0)
            return 0;
        var n = _watch.Send(data[..most]);
        n = n == SocketWatch.WouldBlock ? 0 : n;
        pacer.OnSent(n, most);
        return n;
    }

    private int PushPaced(Pacer pacer, ReadOnlySpan<byte> block, ReadOnlySpan<Slice> slices)
    {
        var taken = 0;
        foreach (var slice in slices)
        {
            var n = PushPaced(pacer, block.Slice(slice.Start, slice.Length));
            if (n < 0)
                return taken > 0 ? taken : n;
            taken += n;
            if (n < slice.Length)
                break;
        }

        return taken;
    }
}
