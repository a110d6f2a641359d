using System.Net;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>A tunnel of two processes, one at the visitors and one at the target.</summary>
internal sealed class TwoProcesses : ITunnelPath
{
    private readonly ChildProcess _server;
    private readonly ChildProcess _agent;

    private TwoProcesses(ChildProcess server, ChildProcess agent, int port)
    {
        (_server, _agent) = (server, agent);
        Entry = new IPEndPoint(IPAddress.Loopback, port);
    }

    public IPEndPoint Entry { get; }

    /// <summary>Waits until a message goes through both; ends both when none does.</summary>
    public static async Task<ITunnelPath> ReadyAsync(string name, ChildProcess server, ChildProcess agent, int port)
    {
        var path = new TwoProcesses(server, agent, port);
        try
        {
            await PathProbe.WaitAsync(path.Entry, name, server, agent);
            return path;
        }
        catch
        {
            await path.DisposeAsync();
            throw;
        }
    }

    // A session process of sshd counts with sshd.
    public IReadOnlyList<PathPart> Parts() =>
    [
        new(PathPart.Server, ProcFs.WithDescendants(_server.Id)),
        new(PathPart.Agent, ProcFs.WithDescendants(_agent.Id)),
    ];

    public async ValueTask DisposeAsync()
    {
        await _agent.DisposeAsync();
        await _server.DisposeAsync();
    }
}
