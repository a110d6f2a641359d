using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Bench.Sessions;

/// <summary>Two streams joined by rings in memory; allocates nothing once it runs. Each side continues on its own scheduler.</summary>
internal sealed class MemoryTransport : AsyncOnlyTransport
{
    private readonly Ring _in;
    private readonly Ring _out;

    private MemoryTransport(Ring input, Ring output) => (_in, _out) = (input, output);

    public static (MemoryTransport A, MemoryTransport B) CreatePair(PipeScheduler a, PipeScheduler b)
    {
        var there = new Ring(reader: b, writer: a);
        var back = new Ring(reader: a, writer: b);
        return (new MemoryTransport(back, there), new MemoryTransport(there, back));
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        while (!_in.TryRead(buffer.Span, out count))
            await _in.Readable.WaitAsync();
        return count;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!buffer.IsEmpty)
        {
            var count = _out.Write(buffer.Span);
            buffer = buffer[count..];
            if (count == 0)
                await _out.Writable.WaitAsync();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _in.Close();
        _out.Close();
        base.Dispose(disposing);
    }

    private sealed class Ring(PipeScheduler reader, PipeScheduler writer)
    {
        private readonly byte[] _bytes = new byte[512 * 1024];
        private readonly Lock _gate = new();
        private int _start;
        private int _count;
        private bool _closed;

        public AsyncSignal Readable { get; } = new(reader);

        public AsyncSignal Writable { get; } = new(writer);

        /// <summary>False: nothing now. An empty buffer asks only whether there is something.</summary>
        public bool TryRead(Span<byte> into, out int count)
        {
            lock (_gate)
            {
                count = Math.Min(Math.Min(into.Length, _count), _bytes.Length - _start);
                if (_count == 0)
                    return _closed;
                _bytes.AsSpan(_start, count).CopyTo(into);
                _start = (_start + count) % _bytes.Length;
                _count -= count;
            }

            Writable.Set();
            return true;
        }

        public int Write(ReadOnlySpan<byte> data)
        {
            int count;
            lock (_gate)
            {
                if (_closed)
                    throw new IOException("The other end is closed.");
                var end = (_start + _count) % _bytes.Length;
                count = Math.Min(Math.Min(data.Length, _bytes.Length - _count), _bytes.Length - end);
                data[..count].CopyTo(_bytes.AsSpan(end));
                _count += count;
            }

            if (count > 0)
                Readable.Set();
            return count;
        }

        public void Close()
        {
            lock (_gate)
                _closed = true;
            Readable.Set();
            Writable.Set();
        }
    }
}
