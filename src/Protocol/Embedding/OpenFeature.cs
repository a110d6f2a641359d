using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Protocol.Embedding;

/// <summary>Connection feature that carries what a stream is opened for.</summary>
/// <param name="Request">Service and peer.</param>
public sealed record OpenFeature(OpenRequest Request);
