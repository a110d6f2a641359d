namespace PrivateConnect.Protocol.Sessions;

/// <summary>Which end of a session this is; decides the parity of the stream ids it opens.</summary>
public enum SessionRole
{
    /// <summary>The dialer: opens odd stream ids.</summary>
    Agent = 0,

    /// <summary>The acceptor: opens even stream ids.</summary>
    Hub = 1,
}
