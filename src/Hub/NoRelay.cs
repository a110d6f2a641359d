using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub;

/// <summary>Stands where the relay goes: it closes every agent's connection.</summary>
public sealed class NoRelay
{
    public int LiveStreams => 0;

    public async Task HandleAgentAsync(AgentConnection connection) => await connection.Stream.DisposeAsync();

    public Task DrainAsync(TimeSpan limit) => Task.CompletedTask;
}
