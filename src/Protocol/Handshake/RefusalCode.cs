namespace PrivateConnect.Protocol.Handshake;

/// <summary>Why the hub refused a handshake.</summary>
public enum RefusalCode
{
    /// <summary>Not named here; read the text.</summary>
    Other = 0,

    /// <summary>The hub speaks no version that the agent speaks.</summary>
    Version = 1,

    /// <summary>No agent with this key is enrolled; enrol again.</summary>
    UnknownAgent = 2,

    /// <summary>The agent's enrolment was revoked; it must not try again.</summary>
    Revoked = 3,

    /// <summary>The signature does not prove the key for this connection (also: somebody sits between agent and hub).</summary>
    BadProof = 4,

    /// <summary>The hub is draining, full or cannot reach its database; try again.</summary>
    TryLater = 5,

    /// <summary>The HELLO is malformed.</summary>
    BadHello = 6,
}
