using System.Buffers.Binary;

namespace PrivateConnect.Protocol.Control;

/// <summary>
/// Walks a MessagePack message without recursion and without allocating, before any library sees it: depth, element
/// count and exact length must hold. Extension types are refused; nothing of ours uses them.
/// </summary>
internal static class MessagePackGuard
{
    /// <summary>Whether <paramref name="message"/> is exactly one well-formed value within the limits.</summary>
    public static bool IsSafe(ReadOnlySpan<byte> message)
    {
        Span<int> open = stackalloc int[Frames.ProtocolLimits.MaxDepth];
        var depth = 0;
        var elements = 0;
        var at = 0;
        do
        {
            if (at >= message.Length || ++elements > Frames.ProtocolLimits.MaxElements)
                return false;
            if (!TryStep(message, ref at, out var children))
                return false;
            if (children > Frames.ProtocolLimits.MaxElements)
                return false;
            if (depth > 0)
                open[depth - 1]--;
            if (children > 0)
            {
                if (depth == open.Length)
                    return false;
                open[depth++] = (int)children;
            }

            while (depth > 0 && open[depth - 1] == 0)
                depth--;
        }
        while (depth > 0);

        return at == message.Length;
    }

    /// <summary>Passes one value's own bytes; <paramref name="children"/> is how many values follow inside it.</summary>
    private static bool TryStep(ReadOnlySpan<byte> message, ref int at, out long children)
    {
        children = 0;
        var code = message[at++];
        switch (code)
        {
            case <= 0x7f or >= 0xe0 or 0xc0 or 0xc2 or 0xc3:
                return true;
            case <= 0x8f:
                children = 2 * (code & 0x0f);
                return true;
            case <= 0x9f:
                children = code & 0x0f;
                return true;
            case <= 0xbf:
                return Pass(message, ref at, code & 0x1f);
            case 0xcc or 0xd0:
                return Pass(message, ref at, 1);
            case 0xcd or 0xd1:
                return Pass(message, ref at, 2);
            case 0xca or 0xce or 0xd2:
                return Pass(message, ref at, 4);
            case 0xcb or 0xcf or 0xd3:
                return Pass(message, ref at, 8);
            case 0xc4 or 0xd9:
                return TryCount(message, ref at, 1, out var n1) && Pass(message, ref at, n1);
            case 0xc5 or 0xda:
                return TryCount(message, ref at, 2, out var n2) && Pass(message, ref at, n2);
            case 0xc6 or 0xdb:
                return TryCount(message, ref at, 4, out var n4) && Pass(message, ref at, n4);
            case 0xdc:
                return TryCount(message, ref at, 2, out children);
            case 0xdd:
                return TryCount(message, ref at, 4, out children);
            case 0xde or 0xdf:
                if (!TryCount(message, ref at, code == 0xde ? 2 : 4, out var pairs))
                    return false;
                children = 2 * pairs;
                return true;
            default:
                return false;
        }
    }

    private static bool Pass(ReadOnlySpan<byte> message, ref int at, long count)
    {
        if (count > message.Length - at)
            return false;
        at += (int)count;
        return true;
    }

    private static bool TryCount(ReadOnlySpan<byte> message, ref int at, int size, out long count)
    {
        count = 0;
        if (message.Length - at < size)
            return false;
        var bytes = message.Slice(at, size);
        count = size switch
        {
            1 => bytes[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(bytes),
            _ => BinaryPrimitives.ReadUInt32BigEndian(bytes),
        };
        at += size;
        return true;
    }
}
