namespace PrivateConnect.Protocol.Streams;

/// <summary>A stream was reset; what readers and writers of its pipe face get.</summary>
public sealed class StreamResetException : IOException
{
    /// <summary>Names the cause.</summary>
    public StreamResetException(StreamError error)
        : base($"The stream was reset: {error}.") => Error = error;

    /// <summary>The cause.</summary>
    public StreamError Error { get; }
}
