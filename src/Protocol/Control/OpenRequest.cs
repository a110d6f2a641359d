namespace PrivateConnect.Protocol.Control;

/// <summary>What an OPEN frame asks for: a service by name, never an address (rule: the hub never names an address).</summary>
/// <param name="Service">Name of the service.</param>
/// <param name="Peer">Who connects (visitor address or reaching agent's label), for logs and pages only.</param>
public readonly record struct OpenRequest(string Service, string Peer);
