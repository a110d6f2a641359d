namespace PrivateConnect.EndToEnd.Streams;

/// <summary>One hub and one echo service for all tests of a class that leave the hub as it was; names are the tests' own.</summary>
public sealed class HubFixture : IAsyncLifetime
{
    internal const byte Name = (byte)'E';

    internal Tunnel Tunnel { get; } = new();

    internal EchoTarget Echo { get; } = new(Name);

    public async ValueTask InitializeAsync() => await Tunnel.StartHubAsync();

    public async ValueTask DisposeAsync()
    {
        await Tunnel.DisposeAsync();
        await Echo.DisposeAsync();
    }
}
