using System.Net;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>A running way to the target.</summary>
internal interface ITunnelPath : IAsyncDisposable
{
    /// <summary>Where a client connects.</summary>
    IPEndPoint Entry { get; }

    /// <summary>The processes of the tunnel as they are now; empty for the direct path.</summary>
    IReadOnlyList<PathPart> Parts();

    IEnumerable<int> ProcessIds() => Parts().SelectMany(part => part.ProcessIds);
}

/// <summary>One side of a tunnel and the processes it consists of.</summary>
internal sealed record PathPart(string Name, IReadOnlyList<int> ProcessIds)
{
    /// <summary>The side that visitors connect to: hub, sshd.</summary>
    public const string Server = "server";

    /// <summary>The side that connects to the target: agent, ssh.</summary>
    public const string Agent = "agent";
}
