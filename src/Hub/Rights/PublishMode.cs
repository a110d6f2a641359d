namespace PrivateConnect.Hub.Rights;

/// <summary>Where a service's tunnel port listens.</summary>
public enum PublishMode
{
    /// <summary>Nowhere: the service is reached by name only.</summary>
    Off = 0,

    /// <summary>On the hub's own machine only.</summary>
    Loopback = 1,

    /// <summary>On TUNNEL_BIND.</summary>
    Network = 2,
}
