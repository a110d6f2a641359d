namespace PrivateConnect.Hub.Door;

/// <summary>The two ports of the hub that speak TLS and HTTP.</summary>
public enum DoorKind
{
    /// <summary>API and agents (PORT).</summary>
    Api = 0,

    /// <summary>Dashboard (WEB_PORT).</summary>
    Web = 1,
}
