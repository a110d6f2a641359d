using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

/// <summary>Ephemeral agents go when they stayed away for long enough, by the clock of the test.</summary>
public abstract class EphemeralSweepTests(PostgresServer? server) : EngineSuite(server)
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);
    private TestHub _hub = null!;
    private EphemeralSweep _sweep = null!;
    private string _workspace = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _hub = await TestHub.StartAsync(Engine, _time);
        _workspace = await _hub.DefaultWorkspaceAsync();
        _sweep = new EphemeralSweep(
            _hub.Get<HubRelay>(), _hub.Agents, _hub.Services, _time, NullLogger<EphemeralSweep>.Instance);
    }

    public override async ValueTask DisposeAsync()
    {
        _sweep.Dispose();
        await _hub.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task OneThatIsConnectedStaysAndItsGraceBeginsWhenItLeaves()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var agent = await EnrolAsync(key, ephemeral: true);
        await _sweep.SweepAsync(Ended);
        await using (await MemoryAgent.ConnectAsync(_hub, key))
        {
            for (var i = 0; i < 3; i++)
            {
                _time.Advance(EphemeralSweep.Grace);
                await _sweep.SweepAsync(Ended);
                Assert.NotNull(_hub.Agents.FindById(agent.AgentId));
            }
        }

        await _hub.Services.RecordPublishedAsync(_workspace, "preview", agent.AgentId, "localhost:80", 21_850, Ended);
        _time.Advance(EphemeralSweep.Grace - TimeSpan.FromSeconds(1));
        await _sweep.SweepAsync(Ended);
        Assert.NotNull(_hub.Agents.FindById(agent.AgentId));
        _time.Advance(TimeSpan.FromSeconds(1));
        await _sweep.SweepAsync(Ended);
        Assert.Null(_hub.Agents.FindById(agent.AgentId));
        Assert.Null(_hub.Services.Find(_workspace, "preview"));
        Assert.Equal(1, await _hub.CountAuditAsync("agent.vanish"));
    }

    [Fact]
    public async Task OneThatNeverCameGoesAndOthersStay()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var lasting = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var revoked = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var gone = await EnrolAsync(key, ephemeral: true);
        var stays = await EnrolAsync(lasting, ephemeral: false);
        // Its key stays known as a revoked one's: gone, it could be enrolled again.
        var known = await EnrolAsync(revoked, ephemeral: true);
        await _hub.Agents.RevokeAsync(_workspace, known.AgentId, "test", Ended);
        await _sweep.StartAsync(Ended);
        await Until.TrueAsync(
            () => Task.FromResult(_hub.Agents.FindById(gone.AgentId) is null), "the agent vanished",
            () => _time.Advance(TimeSpan.FromMinutes(1)));
        _time.Advance(EphemeralSweep.Grace);
        await _sweep.StopAsync(Ended);
        await _sweep.SweepAsync(Ended);
        Assert.NotNull(_hub.Agents.FindById(stays.AgentId));
        Assert.True(_hub.Agents.FindById(known.AgentId)!.Revoked);
    }

    [Fact]
    public async Task DatabaseThatIsAwayIsTriedAgain()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var agent = await EnrolAsync(key, ephemeral: true);
        await _sweep.SweepAsync(Ended);
        _time.Advance(EphemeralSweep.Grace);
        await _hub.ExecuteAsync("ALTER TABLE audit_events RENAME TO away");
        await _sweep.SweepAsync(Ended);
        Assert.NotNull(_hub.Agents.FindById(agent.AgentId));
        await _hub.ExecuteAsync("ALTER TABLE away RENAME TO audit_events");
        await _sweep.SweepAsync(Ended);
        Assert.Null(_hub.Agents.FindById(agent.AgentId));
        Assert.Equal(1, await _hub.CountAuditAsync("agent.vanish"));
    }

    private async Task<AgentIdentity> EnrolAsync(ECDsa key, bool ephemeral) => (await _hub.Agents.EnrolAsync(
        key.ExportSubjectPublicKeyInfo(), "box", await _hub.NewKeyAsync(_workspace), "127.0.0.1", ephemeral, Ended)).Agent!;
}

public sealed class EphemeralSweepTestsOnSqlite() : EphemeralSweepTests(null);

public sealed class EphemeralSweepTestsOnPostgres(PostgresServer server) : EphemeralSweepTests(server);
