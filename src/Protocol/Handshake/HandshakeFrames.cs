using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Handshake;

/// <summary>Reads and writes single frames during the handshake, never one byte beyond a frame.</summary>
internal static class HandshakeFrames
{
    /// <summary>Writes one frame and flushes.</summary>
    public static async ValueTask WriteAsync(
        Stream transport, FrameType type, byte[] payload, CancellationToken cancellation)
    {
        var frame = new byte[ProtocolLimits.HeaderSize + payload.Length];
        FrameWriter.WithPayload(frame, type, 0, payload);
        await transport.WriteAsync(frame, cancellation).ConfigureAwait(false);
        await transport.FlushAsync(cancellation).ConfigureAwait(false);
    }

    /// <summary>Reads one frame of a handshake type. Throws <see cref="ProtocolViolationException"/> on anything else.</summary>
    public static async ValueTask<(FrameType Type, byte[] Payload)> ReadAsync(
        Stream transport, CancellationToken cancellation)
    {
        var head = new byte[ProtocolLimits.HeaderSize];
        await transport.ReadExactlyAsync(head, cancellation).ConfigureAwait(false);
        var violation = FrameHeader.Read(head, out var header);
        if (violation == Violation.None && header.Type > FrameType.Refused)
            violation = Violation.WrongState;
        if (violation != Violation.None)
            throw new ProtocolViolationException(violation, $"handshake: {header}");
        var payload = new byte[header.Length];
        await transport.ReadExactlyAsync(payload, cancellation).ConfigureAwait(false);
        return (header.Type, payload);
    }
}
