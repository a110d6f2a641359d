using System.IO.Pipelines;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Embedding;

/// <summary>
/// A pair of pipes as the end of a stream, for those who embed the library. Sending pulls from the outgoing pipe;
/// receiving is a copy loop from the stream's queue into the incoming one, so its threshold holds the peer back.
/// </summary>
internal sealed class PipeEnd : StreamEnd
{
    /// <summary>Bytes in each pipe before its writer waits: what a reader that lags costs besides the window.</summary>
    private const int Threshold = 64 * 1024;

    private readonly Pipe _in = new(Options());
    private readonly Pipe _out = new(Options());
    private readonly AsyncSignal _arrived = new(PipeScheduler.ThreadPool);
    private readonly TaskCompletionSource<StreamError> _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Task _waiting = Task.CompletedTask;
    private Task _copying = Task.CompletedTask;

    /// <summary>What the application reads from.</summary>
    public PipeReader Input => _in.Reader;

    /// <summary>What the application writes to.</summary>
    public PipeWriter Output => _out.Writer;

    /// <summary>Completes when the stream is over.</summary>
    public Task<StreamError> Closed => _closed.Task;

    /// <summary>Starts the copy loop; after the end was attached.</summary>
    public void Start() => _copying = Task.Run(CopyAsync);

    /// <summary>Waits until no loop of this end runs any more.</summary>
    public async Task StoppedAsync()
    {
        await _closed.Task.ConfigureAwait(false);
        await _copying.ConfigureAwait(false);
        await Volatile.Read(ref _waiting).ConfigureAwait(false);
    }

    public override bool TakesItself => true;

    public override int Pull(Span<byte> into)
    {
        if (!_out.Reader.TryRead(out var result))
            return WouldBlock;
        var buffer = result.Buffer;
        if (buffer.IsEmpty)
        {
            _out.Reader.AdvanceTo(buffer.End);
            return result.IsCompleted ? 0 : WouldBlock;
        }

        var count = (int)Math.Min(buffer.Length, into.Length);
        var part = buffer.Slice(0, count);
        System.Buffers.BuffersExtensions.CopyTo(part, into);
        _out.Reader.AdvanceTo(part.End);
        return count;
    }

    public override void ArmReadable() => Volatile.Write(ref _waiting, WaitAsync());

    public override int Push(ReadOnlySpan<byte> data)
    {
        _arrived.Set();
        return 0;
    }

    public override void ArmWritable()
    {
        // The copy loop takes; nothing is pushed.
    }

    public override void PushFin() => _arrived.Set();

    public override void Close(StreamError error)
    {
        _closed.TrySetResult(error);
        _arrived.Set();
        _out.Reader.CancelPendingRead();
    }

    private async Task WaitAsync()
    {
        try
        {
            var result = await _out.Reader.ReadAsync().ConfigureAwait(false);
            _out.Reader.AdvanceTo(result.Buffer.Start);
            if (!_closed.Task.IsCompleted)
                Stream!.SignalReadable();
        }
        catch (Exception e) when (e is InvalidOperationException or StreamResetException)
        {
            // The pipe was completed under us: Close tells the rest.
        }
    }

    private async Task CopyAsync()
    {
        Exception? failure = null;
        while (true)
        {
            var count = Stream!.TakeHeld(_in.Writer.GetMemory(4096).Span);
            if (count > 0)
            {
                _in.Writer.Advance(count);
                if ((await _in.Writer.FlushAsync().ConfigureAwait(false)).IsCompleted)
                {
                    // Nobody reads any more: what still comes has no taker.
                    Stream.Reset(StreamError.Cancelled);
                    break;
                }

                continue;
            }

            if (count == WouldBlock && !_closed.Task.IsCompleted)
            {
                await _arrived.WaitAsync().ConfigureAwait(false);
                continue;
            }

            if (count != 0)
                failure = new StreamResetException(Stream.EndError == StreamError.None ? StreamError.Cancelled : Stream.EndError);
            break;
        }

        await _in.Writer.CompleteAsync(failure).ConfigureAwait(false);
        await CompleteOutAsync().ConfigureAwait(false);
    }

    /// <summary>The outgoing pipe is completed when the stream is over and nobody reads it.</summary>
    private async Task CompleteOutAsync()
    {
        var error = await _closed.Task.ConfigureAwait(false);
        await Volatile.Read(ref _waiting).ConfigureAwait(false);
        await _out.Reader.CompleteAsync(error == StreamError.None ? null : new StreamResetException(error))
            .ConfigureAwait(false);
    }

    private static PipeOptions Options() =>
        new(pauseWriterThreshold: Threshold, resumeWriterThreshold: Threshold / 2, useSynchronizationContext: false);
}
