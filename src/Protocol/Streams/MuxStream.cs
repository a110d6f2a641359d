namespace PrivateConnect.Protocol.Streams;

/// <summary>One tunnelled connection of a session.</summary>
public sealed class MuxStream
{
    internal MuxStream() => throw new NotSupportedException();

    /// <summary>The id on the wire.</summary>
    public uint Id => throw new NotSupportedException();

    /// <summary>Attaches the local end of a stream that the peer opened and tells the peer OPENED. Call once.</summary>
    public void Attach(StreamEnd end) => throw new NotSupportedException();

    /// <summary>Ends the stream: the peer and the local end see a reset.</summary>
    public void Reset(StreamError error) => throw new NotSupportedException();

    /// <summary>The end has bytes to pull.</summary>
    public void SignalReadable() => throw new NotSupportedException();

    /// <summary>The end has room for bytes.</summary>
    public void SignalWritable() => throw new NotSupportedException();
}
