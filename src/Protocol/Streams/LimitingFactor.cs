namespace PrivateConnect.Protocol.Streams;

/// <summary>What holds a stream's direction back; also the words of page, metric and command.</summary>
public enum LimitingFactor
{
    /// <summary>Nothing here: it flows as it comes, or the other side knows.</summary>
    None = 0,

    /// <summary>The sender's socket has nothing to send.</summary>
    Source = 1,

    /// <summary>Whoever takes the bytes at the other end reads slowly.</summary>
    Reader = 2,

    /// <summary>The peer's window is too small for the path: rate is window by round trip.</summary>
    Window = 3,

    /// <summary>The session's connection takes no more: the network, or the peer's processor.</summary>
    Connection = 4,

    /// <summary>Other streams of the session have their turns, or this process's processor is busy.</summary>
    Scheduler = 5,

    /// <summary>The service's limit, or its workspace's.</summary>
    Limit = 6,
}
