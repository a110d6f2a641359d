using System.Net;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>No tunnel: what the machine and the generator can do at most.</summary>
internal sealed class DirectPath(PathStart start) : ITunnelPath
{
    public IPEndPoint Entry { get; } = new(IPAddress.Parse(start.TargetAddress), start.TargetPort);

    public IReadOnlyList<PathPart> Parts() => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
