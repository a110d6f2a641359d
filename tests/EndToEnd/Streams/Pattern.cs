namespace PrivateConnect.EndToEnd.Streams;

/// <summary>Bytes that depend on their place only, so that a receiver can tell a prefix from anything else.</summary>
internal static class Pattern
{
    /// <summary>A prime, so that no power-of-two block repeats.</summary>
    private const int Period = 251;

    public static byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++) bytes[i] = At(i);
        return bytes;
    }

    public static bool Holds(ReadOnlySpan<byte> bytes, long from)
    {
        for (var i = 0; i < bytes.Length; i++)
            if (bytes[i] != At(from + i)) return false;
        return true;
    }

    private static byte At(long offset) => (byte)(offset % Period);
}
