using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>A small frame that waits for the writer: a payload, or a code.</summary>
internal readonly record struct ControlFrame(FrameType Type, uint StreamId, byte[]? Payload, ushort Code)
{
    public int Size => ProtocolLimits.HeaderSize + (Payload?.Length ?? 2);

    public int Write(Span<byte> into) => Type switch
    {
        FrameType.Opened => FrameWriter.Opened(into, StreamId),
        FrameType.Reset => FrameWriter.Reset(into, StreamId, Code),
        _ => FrameWriter.WithPayload(into, Type, StreamId, Payload),
    };
}
