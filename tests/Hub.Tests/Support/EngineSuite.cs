using System.Runtime.Versioning;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

[assembly: SupportedOSPlatform("linux")]
[assembly: AssemblyFixture(typeof(PostgresServer))]

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Tests that run on both engines: an abstract class of tests and one sealed class per engine.</summary>
public abstract class EngineSuite(PostgresServer? server) : IAsyncLifetime
{
    protected TestEngine Engine { get; } = new(server);

    protected static CancellationToken Ended => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync() => await Engine.CreateAsync();

    public virtual async ValueTask DisposeAsync()
    {
        await Engine.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}

/// <summary>The suite on one hub that is started for each test.</summary>
public abstract class HubSuite(PostgresServer? server) : EngineSuite(server)
{
    protected TestHub Hub { get; set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Hub = await TestHub.StartAsync(Engine);
    }

    public override async ValueTask DisposeAsync()
    {
        await Hub.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
