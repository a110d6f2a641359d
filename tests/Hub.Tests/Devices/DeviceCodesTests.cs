using System.Net;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Devices;

public abstract class DeviceCodesTests(PostgresServer? server) : EngineSuite(server)
{
    private const int Rounds = 200;

    private static readonly IPAddress Source = IPAddress.Parse("192.0.2.7");

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private TestHub _hub = null!;
    private SessionIdentity _who = null!;

    private DeviceCodes Codes => _hub.Get<DeviceCodes>();

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _hub = await TestHub.StartAsync(Engine, _time);
        _who = await _hub.OwnerAsync();
    }

    public override async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task MachineThatWasLetInEnrolsOnceAsTheAgentOfWhoLetItIn()
    {
        var start = await StartAsync();
        Assert.Equal((DevicePoll.AuthorizationPending, null), await Codes.PollAsync(start.DeviceCode, Ended));
        var (asks, _) = await Codes.LookAsync(start.UserCode.ToLowerInvariant().Replace("-", " "), _who, Source, Ended);
        Assert.Equal((start.UserCode, "box", "1.0", "192.0.2.7", _time.GetUtcNow()),
            (asks!.UserCode, asks.Label, asks.AgentVersion, asks.Address, asks.CreatedAt));
        Assert.Equal(DeviceDecision.Done, await Codes.DecideAsync(start.UserCode, true, _who, Source, Ended));
        Assert.Equal(DeviceDecision.Unknown, await Codes.DecideAsync(start.UserCode, false, _who, Source, Ended));
        var (answer, token) = await Codes.PollAsync(start.DeviceCode, Ended);
        Assert.Equal(DevicePoll.Granted, answer);
        Assert.Equal((DevicePoll.ExpiredToken, null), await Codes.PollAsync(start.DeviceCode, Ended));

        var agent = (await _hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", token!, "192.0.2.7", Ended)).Agent!;
        Assert.Equal((_who.UserId, _who.WorkspaceId), (agent.OwnerUserId, agent.WorkspaceId));
        await _hub.Get<ServicePolicy>().KnowMemberAsync(agent.WorkspaceId, agent.OwnerUserId!, Ended);
        Assert.True(_hub.Get<ServicePolicy>().Current.MayReach(agent, "anything", _time.GetUtcNow()));
        Assert.Null((await _hub.Agents.EnrolAsync(TestKeys.NewSpki(), "box", token!, "192.0.2.7", Ended)).Agent);
    }

    [Fact]
    public async Task MachineThatWasSentAwayHearsSo()
    {
        var start = await StartAsync();
        Assert.Equal(DeviceDecision.Done, await Codes.DecideAsync(start.UserCode, false, _who, Source, Ended));
        Assert.Equal(DeviceDecision.Unknown, await Codes.DecideAsync(start.UserCode, true, _who, Source, Ended));
        Assert.Equal((DevicePoll.AccessDenied, null), await Codes.PollAsync(start.DeviceCode, Ended));
    }

    [Fact]
    public async Task CodesEndAfterTenMinutesDecidedOrNot()
    {
        var open = await StartAsync();
        var approved = await StartAsync();
        await Codes.DecideAsync(approved.UserCode, true, _who, Source, Ended);
        _time.Advance(DeviceCodes.Life);
        foreach (var start in new[] { open, approved })
            Assert.Equal((DevicePoll.ExpiredToken, null), await Codes.PollAsync(start.DeviceCode, Ended));
        Assert.Equal(DeviceDecision.Unknown, await Codes.DecideAsync(open.UserCode, true, _who, Source, Ended));
        Assert.Equal((DevicePoll.ExpiredToken, null), await Codes.PollAsync($"pd_{new string('0', 64)}", Ended));
        Assert.Equal((DevicePoll.ExpiredToken, null), await Codes.PollAsync("'; --\0", Ended));
    }

    [Fact]
    public async Task WhoAsksTooSoonMustSlowDown()
    {
        var start = await StartAsync();
        await Codes.PollAsync(start.DeviceCode, Ended);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(DevicePoll.SlowDown, (await Codes.PollAsync(start.DeviceCode, Ended)).Answer);
        _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(DevicePoll.SlowDown, (await Codes.PollAsync(start.DeviceCode, Ended)).Answer);
        _time.Advance(TimeSpan.FromSeconds(15));
        Assert.Equal(DevicePoll.AuthorizationPending, (await Codes.PollAsync(start.DeviceCode, Ended)).Answer);
    }

    [Fact]
    public async Task LoopOfUnapprovedCodesFillsNothing()
    {
        for (var i = 0; i < DeviceCodes.MaximumPerSource; i++)
            Assert.NotNull(await Codes.StartAsync("box", "1.0", false, Source, Ended));
        Assert.Null(await Codes.StartAsync("box", "1.0", false, Source, Ended));
        Assert.Null(await Codes.StartAsync("box", "1.0", false, IPAddress.Parse("::ffff:192.0.2.7"), Ended));
        await Task.WhenAll(Enumerable.Range(0, DeviceCodes.MaximumOpen)
            .Select(i => Codes.StartAsync("box", "1.0", false, new IPAddress([10, 1, (byte)(i >> 8), (byte)i]), Ended)));
        await using (var db = _hub.Database.Connect())
            Assert.Equal(DeviceCodes.MaximumOpen, db.DeviceCodes.Count());
        Assert.Null(await Codes.StartAsync("box", "1.0", false, IPAddress.Parse("198.51.100.1"), Ended));
        _time.Advance(DeviceCodes.Life);
        Assert.NotNull(await Codes.StartAsync("box", "1.0", false, Source, Ended));
        await using (var db = _hub.Database.Connect())
            Assert.Equal(1, db.DeviceCodes.Count());
    }

    [Fact]
    public async Task NeighboursOfOneIpv6NetworkAreOneSource()
    {
        for (var i = 0; i < DeviceCodes.MaximumPerSource; i++)
            Assert.NotNull(await Codes.StartAsync("box", "1.0", false, IPAddress.Parse($"2001:db8::{i}"), Ended));
        Assert.Null(await Codes.StartAsync("box", "1.0", false, IPAddress.Parse("2001:db8::ffff:1"), Ended));
        Assert.NotNull(await Codes.StartAsync("box", "1.0", false, IPAddress.Parse("2001:db8:0:1::1"), Ended));
    }

    [Fact]
    public async Task WhoGuessesIsLockedOutForAMinuteAsPersonAndAsSource()
    {
        var start = await StartAsync();
        for (var i = 0; i < 5; i++)
            Assert.Equal(DeviceDecision.Unknown, (await Codes.LookAsync("BBBB-BBBB", _who, Source, Ended)).Refusal);
        Assert.Equal(DeviceDecision.TooManyTries, (await Codes.LookAsync(start.UserCode, _who, Source, Ended)).Refusal);
        var elsewhere = IPAddress.Parse("198.51.100.1");
        Assert.Equal(DeviceDecision.TooManyTries, await Codes.DecideAsync(start.UserCode, true, _who, elsewhere, Ended));
        var other = _who with { UserId = "other" };
        Assert.Equal(DeviceDecision.TooManyTries, await Codes.DecideAsync(start.UserCode, true, other, Source, Ended));
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.NotNull((await Codes.LookAsync(start.UserCode, _who, Source, Ended)).Request);
    }

    [Fact]
    public async Task QuotaOfAgentsIsToldBeforeTheDecision()
    {
        await _hub.Get<Quotas>().SetAsync(_who.WorkspaceId, WorkspaceQuota.None with { Agents = 0 }, "test", "", Ended);
        var start = await StartAsync();
        Assert.Equal(DeviceDecision.Quota, await Codes.DecideAsync(start.UserCode, true, _who, Source, Ended));
        Assert.Equal(DeviceDecision.Done, await Codes.DecideAsync(start.UserCode, false, _who, Source, Ended));
    }

    [Fact]
    public async Task OfManyPollsAtOnceOneGetsTheToken()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var start = await StartAsync();
            await Codes.DecideAsync(start.UserCode, true, _who, Source, Ended);
            var polls = await AtOnce.RunAsync(() => Codes.PollAsync(start.DeviceCode, Ended));
            Assert.Single(polls, poll => poll.Token is not null);
            Assert.Equal(AtOnce.Many - 1, polls.Count(poll => poll.Answer == DevicePoll.ExpiredToken));
            if (round % 5 == 4) _time.Advance(DeviceCodes.Life);
        }
    }

    [Fact]
    public async Task ApproveAndDenyAtOnceAreOneDecision()
    {
        for (var round = 0; round < 5; round++)
        {
            var start = await StartAsync();
            var yes = 0;
            var decisions = await AtOnce.RunAsync(() => Codes.DecideAsync(
                start.UserCode, Interlocked.Increment(ref yes) % 2 == 0, _who with { UserId = _who.UserId }, null, Ended), 4);
            Assert.Single(decisions, decision => decision == DeviceDecision.Done);
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    private async Task<DeviceStart> StartAsync() => (await Codes.StartAsync("box", "1.0", false, Source, Ended))!;
}

public sealed class DeviceCodesTestsOnSqlite() : DeviceCodesTests(null);

public sealed class DeviceCodesTestsOnPostgres(PostgresServer server) : DeviceCodesTests(server);
