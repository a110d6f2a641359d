using System.Net;

namespace PrivateConnect.Hub.Door;

/// <summary>Put on every HTTP connection: through which door it came, and what TLS key the hub showed it.</summary>
/// <param name="Door">Which port.</param>
/// <param name="Binding">SHA-256 of the SPKI the hub used, or null when the hub ended no TLS.</param>
/// <param name="Remote">The peer of the socket; a proxy where there is one.</param>
public sealed record DoorFeature(DoorKind Door, byte[]? Binding, IPEndPoint Remote);
