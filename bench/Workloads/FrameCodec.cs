using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Bench.Workloads;

/// <summary>Writes a DATA frame of 64 bytes and a CREDIT, and reads both.</summary>
internal sealed class FrameCodec : Workload
{
    private readonly byte[] _block = new byte[256];
    private readonly byte[] _payload = new byte[64];

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            var size = FrameWriter.WithPayload(_block, FrameType.Data, 7, _payload);
            size += FrameWriter.Credit(_block.AsSpan(size), 7, i, i);
            var at = 0;
            while (at < size && FrameReader.TryRead(_block.AsSpan(at, size - at), out var header, out _))
                at += ProtocolLimits.HeaderSize + header.Length;
            if (at != size)
                throw new InvalidOperationException("A frame was not read back.");
        }
    }

    public override void Dispose()
    {
        // Nothing is held.
    }
}
