namespace PrivateConnect.Protocol.Control;

/// <summary>Why the hub refused a request on the control stream.</summary>
public enum RequestFailure
{
    /// <summary>Not named here; read the text.</summary>
    Other = 0,

    /// <summary>The name is not a valid service name.</summary>
    BadName = 1,

    /// <summary>Another agent holds that service name.</summary>
    NameTaken = 2,

    /// <summary>The port asked for is outside the hub's range.</summary>
    PortOutOfRange = 3,

    /// <summary>The port asked for is leased or in use by another program.</summary>
    PortTaken = 4,

    /// <summary>No port of the range is free.</summary>
    RangeFull = 5,

    /// <summary>No service of that name that this agent may see.</summary>
    UnknownService = 6,

    /// <summary>The hub is draining or cannot write its database; try again.</summary>
    TryLater = 7,

    /// <summary>This agent has as many services as the hub allows.</summary>
    TooMany = 8,
}
