namespace PrivateConnect.EndToEnd.Streams;

/// <summary>A way from a client's port to a listener of ours, for a class of tests.</summary>
public abstract class PathFixture : IAsyncLifetime
{
    /// <summary>Connections are opened one after the other, so what is accepted next is the other end.</summary>
    internal TargetListener Main { get; } = new();

    /// <summary>For connections that are gone before they are answered: stragglers must not reach other tests.</summary>
    internal TargetListener Early { get; } = new();

    internal int MainPort { get; set; }

    internal int EarlyPort { get; set; }

    public abstract ValueTask InitializeAsync();

    public virtual ValueTask DisposeAsync()
    {
        Main.Dispose();
        Early.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    internal async Task<(Peer Client, Peer Target)> OpenAsync()
    {
        var client = await Peer.ConnectAsync(MainPort);
        try
        {
            return (client, await Main.AcceptAsync());
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }
}

/// <summary>No tunnel: proves the tests, and is the standard the tunnel is held to.</summary>
public sealed class DirectPath : PathFixture
{
    public override ValueTask InitializeAsync()
    {
        (MainPort, EarlyPort) = (Main.Port, Early.Port);
        return ValueTask.CompletedTask;
    }
}

/// <summary>visitor → hub's port → agent → target.</summary>
public sealed class PortPath : PathFixture
{
    private readonly Tunnel _tunnel = new();

    public override async ValueTask InitializeAsync()
    {
        await _tunnel.StartHubAsync();
        MainPort = await _tunnel.ExposeAsync("main", Main.Port);
        EarlyPort = await _tunnel.ExposeAsync("early", Early.Port);
    }

    public override async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await base.DisposeAsync();
    }
}

/// <summary>client → reaching agent → hub → agent → target.</summary>
public sealed class ReachPath : PathFixture
{
    private readonly Tunnel _tunnel = new();

    public override async ValueTask InitializeAsync()
    {
        await _tunnel.StartHubAsync();
        await _tunnel.ExposeAsync("main", Main.Port);
        await _tunnel.ExposeAsync("early", Early.Port);
        MainPort = await _tunnel.ReachAsync("main");
        EarlyPort = await _tunnel.ReachAsync("early");
    }

    public override async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await base.DisposeAsync();
    }
}
