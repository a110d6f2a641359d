namespace PrivateConnect.LoadTests.Traffic;

/// <summary>The first byte of a connection tells the target what to be; every path carries it as data.</summary>
internal static class Role
{
    /// <summary>Reads until the end and counts.</summary>
    public const byte Sink = (byte)'S';

    /// <summary>Sends until the connection breaks.</summary>
    public const byte Source = (byte)'G';

    /// <summary>Both at once.</summary>
    public const byte Duplex = (byte)'D';

    /// <summary>Sends back what comes, on a thread of its own.</summary>
    public const byte Echo = (byte)'E';

    /// <summary>The same without a thread: for connections that are short or idle.</summary>
    public const byte LightEcho = (byte)'L';

    /// <summary>The same as <see cref="Echo"/> with 16 KiB.</summary>
    public const byte PageEcho = (byte)'K';

    /// <summary>Sends 1 Gbit/s and no more.</summary>
    public const byte Paced = (byte)'P';

    /// <summary>Answers each byte with the count of all sunk bytes, eight bytes big-endian.</summary>
    public const byte Count = (byte)'C';
}
