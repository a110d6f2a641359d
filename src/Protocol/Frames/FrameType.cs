namespace PrivateConnect.Protocol.Frames;

/// <summary>The kinds of frame (wire values; docs/protocol.md, "Frame types").</summary>
public enum FrameType : byte
{
    /// <summary>Not a frame.</summary>
    None = 0x00,

    /// <summary>Agent → hub, first frame.</summary>
    Hello = 0x01,

    /// <summary>Hub → agent: the nonce.</summary>
    Challenge = 0x02,

    /// <summary>Agent → hub: the signature.</summary>
    Proof = 0x03,

    /// <summary>Hub → agent: the session is open.</summary>
    Welcome = 0x04,

    /// <summary>Hub → agent: no session.</summary>
    Refused = 0x05,

    /// <summary>Opens a stream.</summary>
    Open = 0x10,

    /// <summary>The stream's other end is connected.</summary>
    Opened = 0x11,

    /// <summary>Bytes of a stream.</summary>
    Data = 0x12,

    /// <summary>Absolute limit of what may be sent on a stream.</summary>
    Credit = 0x13,

    /// <summary>End of data in one direction.</summary>
    Fin = 0x14,

    /// <summary>End of the stream, in both directions, with a cause.</summary>
    Reset = 0x15,

    /// <summary>Is the peer alive, how far is it.</summary>
    Ping = 0x20,

    /// <summary>Answer to <see cref="Ping"/>.</summary>
    Pong = 0x21,

    /// <summary>The session is about to end.</summary>
    GoAway = 0x22,

    /// <summary>A message of the control stream (MessagePack).</summary>
    Control = 0x23,

    /// <summary>First of the types that a receiver ignores and counts, so that later versions can add frames.</summary>
    IgnorableFirst = 0xE0,

    /// <summary>Last of the types that a receiver ignores and counts.</summary>
    IgnorableLast = 0xEF,
}
