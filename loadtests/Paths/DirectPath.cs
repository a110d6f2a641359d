namespace PrivateConnect.LoadTests.Paths;

/// <summary>No tunnel: what the machine and the generator can do at most.</summary>
internal sealed class DirectPath(int targetPort) : ITunnelPath
{
    public string Name => "direct";

    public int Port => targetPort;

    public IReadOnlyList<PathPart> Parts() => [];

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
