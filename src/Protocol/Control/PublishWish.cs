namespace PrivateConnect.Protocol.Control;

/// <summary>Where an agent wants the tunnel port of its service to listen.</summary>
public enum PublishWish
{
    /// <summary>As the hub does it without a wish: on the hub's own machine.</summary>
    Usual = 0,

    /// <summary>Nowhere: the service is reached by name only.</summary>
    Off = 1,

    /// <summary>Where the hub's operator publishes ports to the network.</summary>
    Network = 2,
}
