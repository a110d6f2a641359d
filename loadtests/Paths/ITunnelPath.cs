namespace PrivateConnect.LoadTests.Paths;

/// <summary>A running way from a local port to the target.</summary>
internal interface ITunnelPath : IAsyncDisposable
{
    string Name { get; }

    /// <summary>Where a client connects.</summary>
    int Port { get; }

    /// <summary>The processes of the tunnel as they are now, by what they are; empty for the direct path.</summary>
    IReadOnlyList<PathPart> Parts();

    IEnumerable<int> ProcessIds() => Parts().SelectMany(part => part.ProcessIds);
}

/// <summary>One side of a tunnel and the processes it consists of.</summary>
internal sealed record PathPart(string Name, IReadOnlyList<int> ProcessIds);
