namespace PrivateConnect.Protocol.Tests;

/// <summary>Payloads that have crashed or stalled MessagePack readers, and their neighbours.</summary>
internal static class MessagePackBombs
{
    public static IEnumerable<(string Name, byte[] Bytes)> All()
    {
        yield return ("nested arrays", [.. Enumerable.Repeat((byte)0x91, 1_000), 0xc0]);
        yield return ("very deep arrays", [.. Enumerable.Repeat((byte)0x91, 60_000), 0xc0]);
        yield return ("nested maps", [.. Enumerable.Repeat((byte)0x81, 900).SelectMany(b => new byte[] { b, 0x01 }), 0xc0]);
        yield return ("array of 2^32-1", [0xdd, 0xff, 0xff, 0xff, 0xff]);
        yield return ("map of 2^32-1", [0xdf, 0xff, 0xff, 0xff, 0xff]);
        yield return ("string of 2^32-1", [0x92, 0x01, 0xdb, 0xff, 0xff, 0xff, 0xff, 0x61]);
        yield return ("bytes of 2^32-1", [0x92, 0x01, 0xc6, 0xff, 0xff, 0xff, 0xff, 0x61]);
        yield return ("extension", [0x92, 0x01, 0xd4, 0x01, 0x00]);
        yield return ("extension in an unknown field", [0x94, 0x04, 0x01, 0xa1, 0x61, 0xd6, 0xff, 0, 0, 0, 0]);
        yield return ("reserved code", [0xc1]);
        yield return ("trailing bytes", [0x93, 0x04, 0x01, 0xa1, 0x61, 0xc0]);
        yield return ("truncated", [0x93, 0x04, 0x01, 0xa5, 0x61]);
        yield return ("not an array", [0xa1, 0x61]);
        yield return ("empty array", [0x90]);
        yield return ("too many elements", [0xdc, 0x10, 0x01, .. Enumerable.Repeat((byte)0xc0, 0x1001)]);
        yield return ("fields of other types", [0x92, 0xc3, 0xc3]);
        yield return ("invalid UTF-8 length", [0x92, 0xd9, 0xff, 0x61]);
    }
}
