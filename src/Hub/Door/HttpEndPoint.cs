using System.Net;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// What the HTTP server "listens" on: connections that the front door hands over. Two, because the server allows HTTP/2
/// on connections whose TLS it did not end itself only where it expects nothing else.
/// </summary>
public sealed class HttpEndPoint : EndPoint
{
    private readonly string _name;

    private HttpEndPoint(string name) => _name = name;

    /// <summary>HTTP/1.1, with and without TLS.</summary>
    public static HttpEndPoint Http1 { get; } = new("front-door-http1");

    /// <summary>HTTP/2 over TLS.</summary>
    public static HttpEndPoint Http2 { get; } = new("front-door-http2");

    /// <inheritdoc/>
    public override string ToString() => _name;
}
