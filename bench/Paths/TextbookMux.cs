using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Pipelines;
using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Bench.Paths;

/// <summary>
/// The multiplexer that the parts on the shelf suggest: a Pipe per stream, a PipeReader over TLS, a lock around each
/// write. No windows: a full Pipe stops the whole connection, which flatters its speed.
/// </summary>
internal sealed class TextbookMux(Stream transport)
{
    private readonly ConcurrentDictionary<uint, Pipe> _streams = new();
    private readonly SemaphoreSlim _writing = new(1, 1);

    /// <summary>Joins a socket's pipe and a stream, both directions.</summary>
    public Task SpliceAsync(uint id, IDuplexPipe socket) =>
        Task.WhenAll(SendAsync(id, socket.Input), PassOnAsync(StreamOf(id).Reader, socket.Output));

    /// <summary>Reads frames and hands each payload to its stream's Pipe.</summary>
    public async Task ReceiveAsync()
    {
        var input = PipeReader.Create(transport, new StreamPipeReaderOptions(bufferSize: 64 * 1024));
        while (true)
        {
            var result = await input.ReadAsync();
            var buffer = result.Buffer;
            while (TryParse(ref buffer, out var id, out var payload))
            {
                var writer = StreamOf(id).Writer;
                foreach (var segment in payload)
                    writer.Write(segment.Span);
                await writer.FlushAsync();
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    private async Task SendAsync(uint id, PipeReader from)
    {
        while (true)
        {
            var result = await from.ReadAsync();
            var left = result.Buffer;
            while (!left.IsEmpty)
            {
                var part = left.Slice(0, Math.Min(left.Length, ProtocolLimits.UsualPayload));
                left = left.Slice(part.End);
                await WriteFrameAsync(id, part);
            }

            from.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    private async Task WriteFrameAsync(uint id, ReadOnlySequence<byte> payload)
    {
        var size = ProtocolLimits.HeaderSize + (int)payload.Length;
        var frame = ArrayPool<byte>.Shared.Rent(size);
        FrameHeader.Write(frame, FrameType.Data, (int)payload.Length, id);
        payload.CopyTo(frame.AsSpan(ProtocolLimits.HeaderSize));
        await _writing.WaitAsync();
        try
        {
            await transport.WriteAsync(frame.AsMemory(0, size));
        }
        finally
        {
            _writing.Release();
            ArrayPool<byte>.Shared.Return(frame);
        }
    }

    private static async Task PassOnAsync(PipeReader from, PipeWriter to)
    {
        while (true)
        {
            var result = await from.ReadAsync();
            foreach (var segment in result.Buffer)
                to.Write(segment.Span);
            await to.FlushAsync();
            from.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
                return;
        }
    }

    private static bool TryParse(ref ReadOnlySequence<byte> buffer, out uint id, out ReadOnlySequence<byte> payload)
    {
        id = 0;
        payload = default;
        if (buffer.Length < ProtocolLimits.HeaderSize)
            return false;
        Span<byte> bytes = stackalloc byte[ProtocolLimits.HeaderSize];
        buffer.Slice(0, ProtocolLimits.HeaderSize).CopyTo(bytes);
        if (FrameHeader.Read(bytes, out var header) != Violation.None)
            throw new InvalidDataException("Not a frame.");
        if (buffer.Length < ProtocolLimits.HeaderSize + header.Length)
            return false;
        id = header.StreamId;
        payload = buffer.Slice(ProtocolLimits.HeaderSize, header.Length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    private Pipe StreamOf(uint id) => _streams.GetOrAdd(id, static _ => new Pipe(new PipeOptions(
        pauseWriterThreshold: 256 * 1024, resumeWriterThreshold: 128 * 1024, useSynchronizationContext: false)));
}
