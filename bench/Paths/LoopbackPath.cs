using System.Net.Sockets;

namespace PrivateConnect.Bench.Paths;

/// <summary>A visitor's socket and a service's, joined through two ends of a multiplexer over TLS on loopback, all in this process.</summary>
internal abstract class LoopbackPath : IDisposable
{
    /// <summary>The visitor's own socket.</summary>
    public required Socket Visitor { get; init; }

    /// <summary>The service's own socket.</summary>
    public required Socket Service { get; init; }

    public virtual void Dispose()
    {
        Visitor.Dispose();
        Service.Dispose();
    }
}
