namespace PrivateConnect.Protocol.Frames;

/// <summary>Bytes in, one frame out; pure.</summary>
public static class FrameReader
{
    /// <summary>
    /// Looks at the first frame of <paramref name="buffer"/>. True: the frame is whole and its payload follows the header.
    /// False with <see cref="Violation.None"/>: more bytes are needed. A violation is told as soon as the header is there.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> buffer, out FrameHeader header, out Violation violation)
    {
        if (buffer.Length < ProtocolLimits.HeaderSize)
        {
            header = default;
            violation = Violation.None;
            return false;
        }

        violation = FrameHeader.Read(buffer, out header);
        return violation == Violation.None && buffer.Length >= ProtocolLimits.HeaderSize + header.Length;
    }
}
