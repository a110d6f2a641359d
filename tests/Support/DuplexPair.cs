using System.IO.Pipelines;

namespace PrivateConnect.Testing;

/// <summary>Two streams joined in memory; disposing of one ends the other. Chunk sizes and cuts are up to the test.</summary>
internal static class DuplexPair
{
    public static (DuplexStream A, DuplexStream B) Create(int mostPerRead = int.MaxValue, long cutAfter = long.MaxValue)
    {
        var options = new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false);
        var there = new Pipe(options);
        var back = new Pipe(options);
        return (new DuplexStream(back.Reader, there.Writer, mostPerRead, cutAfter), new DuplexStream(there.Reader, back.Writer, mostPerRead, long.MaxValue));
    }
}

/// <summary>One end of a <see cref="DuplexPair"/>.</summary>
internal sealed class DuplexStream(PipeReader reader, PipeWriter writer, int mostPerRead, long cutAfter) : Stream
{
    private long _written;
    private int _disposed;

    /// <summary>Size of the buffer that the last read came with: what a reader holds while it waits.</summary>
    public int LastReadSize { get; private set; }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        LastReadSize = buffer.Length;
        var result = await reader.ReadAsync(cancellationToken);
        if (result.IsCanceled)
            throw new IOException("closed");
        var count = (int)Math.Min(Math.Min(result.Buffer.Length, buffer.Length), mostPerRead);
        var part = result.Buffer.Slice(0, count);
        System.Buffers.BuffersExtensions.CopyTo(part, buffer.Span);
        reader.AdvanceTo(part.End);
        return count;
    }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var allowed = (int)Math.Min(buffer.Length, cutAfter - _written);
        _written += allowed;
        if ((await writer.WriteAsync(buffer[..allowed], cancellationToken)).IsCompleted)
            throw new IOException("the other end is gone");
        if (allowed < buffer.Length)
        {
            await DisposeAsync();
            throw new IOException("cut");
        }
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    protected override void Dispose(bool disposing)
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
            return;
        writer.Complete();
        reader.CancelPendingRead();
        base.Dispose(disposing);
    }

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();
}
