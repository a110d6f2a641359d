namespace PrivateConnect.Protocol.Frames;

/// <summary>Every constant of the wire, with its reason and the verdict on its overflow.</summary>
public static class ProtocolLimits
{
    /// <summary>The version this code speaks.</summary>
    public const int Version = 1;

    /// <summary>ALPN name and Upgrade token.</summary>
    public const string Alpn = "pconnect/1";

    /// <summary>Bytes of a frame header.</summary>
    public const int HeaderSize = 8;

    /// <summary>Usual payload: with its header it fills one TLS record of 16,384 bytes.</summary>
    public const int UsualPayload = 16_376;

    /// <summary>Largest payload: with its header four full TLS records. More: violation, decided on the header alone.</summary>
    public const int MaxPayload = 65_528;

    /// <summary>Largest payload of a handshake frame: nobody is authenticated yet. More: violation.</summary>
    public const int MaxHandshakePayload = 4_096;

    /// <summary>Largest payload of OPEN and GOAWAY: a name, an address, a sentence. More: violation.</summary>
    public const int MaxSmallPayload = 1_024;

    /// <summary>Smallest initial window a side may name; below it small windows would cost a round trip per record.</summary>
    public const int MinInitialWindow = 16 * 1024;

    /// <summary>Largest initial window a side may name: what a stranger's stream may make us hold at once.</summary>
    public const int MaxInitialWindow = 256 * 1024;

    /// <summary>How far a credit may ever lie ahead of what was consumed. A credit beyond it: violation.</summary>
    public const int MaxWindow = 16 * 1024 * 1024;

    /// <summary>Largest stream id; the side that reaches it starts a new session (ids are never reused).</summary>
    public const uint MaxStreamId = int.MaxValue;

    /// <summary>Live streams of a session that the peer opened. More: the new stream is reset (TooManyStreams).</summary>
    public const int MaxLiveStreams = 16_384;

    /// <summary>Streams the peer opened that have no end yet. More: the new stream is reset (TooManyStreams).</summary>
    public const int MaxUnansweredOpens = 1_024;

    /// <summary>Frames waiting for the writer besides data: OPEN and OPENED or RESET of every live stream. More: the session ends (Flood).</summary>
    public const int MaxQueuedControlFrames = 2 * MaxLiveStreams;

    /// <summary>Resets the peer sends for streams it opened and had not finished, and ignorable or useless frames. More: Flood.</summary>
    public const int ResetsPerSecond = 100;

    /// <summary>Burst of <see cref="ResetsPerSecond"/>.</summary>
    public const int ResetBurst = 500;

    /// <summary>Control messages a second: each costs an answer. More: Flood.</summary>
    public const int ControlPerSecond = 1_000;

    /// <summary>Burst of <see cref="ControlPerSecond"/>: an agent that comes back asks for all its services at once.</summary>
    public const int ControlBurst = 5_000;

    /// <summary>Characters of a text in a MessagePack payload; our longest has fewer than 1,200. More: violation.</summary>
    public const int MaxText = 2_048;

    /// <summary>Pings a second. More: Flood.</summary>
    public const int PingsPerSecond = 10;

    /// <summary>Burst of <see cref="PingsPerSecond"/>.</summary>
    public const int PingBurst = 50;

    /// <summary>MessagePack nesting. Deeper: violation.</summary>
    public const int MaxDepth = 8;

    /// <summary>MessagePack elements in one message. More: violation.</summary>
    public const int MaxElements = 4_096;

    /// <summary>Bytes held in the queues of one session. At 75 % no window grows, at 90 % OPENs are refused, at 100 % the stream that holds most is reset.</summary>
    public const long SessionBudget = 32L * 1024 * 1024;

    /// <summary>What a stream itself costs a process, rounded up from 2.6 KiB measured; counts in the budgets around the session's.</summary>
    public const int StreamCost = 3 * 1024;

    /// <summary>A ping is due when nothing was heard for this long.</summary>
    public static readonly TimeSpan PingInterval = TimeSpan.FromSeconds(5);

    /// <summary>Nothing heard for this long: the session ends (Silent).</summary>
    public static readonly TimeSpan DeadInterval = TimeSpan.FromSeconds(15);

    /// <summary>One write that the transport does not finish in this time: the session ends (WriteStalled).</summary>
    public static readonly TimeSpan WriteStall = TimeSpan.FromSeconds(30);

    /// <summary>From accept to WELCOME. Longer: the connection is closed.</summary>
    public static readonly TimeSpan HandshakeDeadline = TimeSpan.FromSeconds(10);

    /// <summary>A half-closed stream that moved no byte for this long is reset (Idle).</summary>
    public static readonly TimeSpan HalfClosedIdle = TimeSpan.FromMinutes(10);

    /// <summary>
    /// While a budget is three quarters full, a stream whose end took no byte of what waits for it for this long is reset
    /// (Budget), until no more than that is held. Longer than a reader's pause or a lost packet; without pressure a stalled
    /// stream lives on.
    /// </summary>
    public static readonly TimeSpan StallUnderPressure = TimeSpan.FromSeconds(30);

    /// <summary>How long a closing session waits for its last GOAWAY to leave.</summary>
    public static readonly TimeSpan CloseGrace = TimeSpan.FromSeconds(1);
}
