namespace PrivateConnect.Hub.Door;

/// <summary>Every bound of the front door, each with what happens beyond it.</summary>
public static class DoorLimits
{
    /// <summary>Accept to authenticated, whatever the stage; then the connection is reset. A slow mobile link needs about 3 s.</summary>
    public static readonly TimeSpan AuthenticateWithin = TimeSpan.FromSeconds(10);

    /// <summary>Unauthenticated connections at once; one more evicts (resets) a random one. Each costs about 40 KB during TLS: 20 MB.</summary>
    public const int Unauthenticated = 512;

    /// <summary>
    /// From here on a newcomer evicts a random one with a probability that rises to 1 at <see cref="Unauthenticated"/>.
    /// Those who sit silent for seconds are evicted; one that authenticates in milliseconds gets in.
    /// </summary>
    public const int RandomDropFrom = 128;

    /// <summary>Unauthenticated connections of one address (IPv6: /64) that is not loopback; one more is reset. A NAT full of agents needs a few.</summary>
    public const int UnauthenticatedPerSource = 16;

    /// <summary>HTTP connections on both ports; one more is reset.</summary>
    public const int HttpConnections = 2048;

    /// <summary>HTTP request headers, all together; more answers 431.</summary>
    public const int HttpHeaderBytes = 16 * 1024;

    /// <summary>HTTP request body; more answers 413. The API takes small JSON only.</summary>
    public const int HttpBodyBytes = 256 * 1024;

    /// <summary>Streams of one HTTP/2 connection; more are refused by the server.</summary>
    public const int HttpStreams = 64;

    /// <summary>First byte to last header of a request; then 408 and the end.</summary>
    public static readonly TimeSpan HttpHeaderTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Pause of an accept loop that found no descriptor or memory: short enough to be unseen, long enough not to spin.</summary>
    public static readonly TimeSpan AcceptBackOff = TimeSpan.FromMilliseconds(100);

    /// <summary>Connections that the kernel keeps for us while we are busy; beyond it clients retry their SYN.</summary>
    public const int Backlog = 1024;

    /// <summary>Bytes of an unwanted plaintext request that are read away so that the answer is not lost to a reset.</summary>
    public const int RefusedRequestBytes = 16 * 1024;

    /// <summary>How long an orderly end of an HTTP connection over TLS may take before it is a reset.</summary>
    public static readonly TimeSpan TlsGoodbye = TimeSpan.FromSeconds(2);
}
