using System.Security.Cryptography;

namespace PrivateConnect.Agent.Tests;

/// <summary>A limit's timer may fire just when what it limits is over: what a timer throws ends the process.</summary>
public sealed class LateAlarmTests
{
    [Fact]
    public async Task ALinkThatIsMadeIsNotDisturbed()
    {
        await using var hub = new MiniHub();
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var late = new LateTime();
        await HubConnection.ConnectAsync(
            hub.Address, null, key, "box", 1, new LocalServices(), late, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, late.Ring());
    }

    [Fact]
    public async Task AnAnswerThatIsThereIsNotDisturbed()
    {
        await using var hub = new HttpHub("200 OK", "{}");
        var late = new LateTime();
        await new HubApi(hub.Address, null, late).PostAsync("/v1/none", null, null, TestContext.Current.CancellationToken);
        Assert.NotEqual(0, late.Ring());
    }

    /// <summary>Its timers ring when they are told to, disposed of or not.</summary>
    private sealed class LateTime : TimeProvider
    {
        private readonly List<Action> _alarms = [];

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            _alarms.Add(() => callback(state));
            return new Timer();
        }

        public int Ring()
        {
            var count = _alarms.Count;
            foreach (var alarm in _alarms)
                alarm();
            _alarms.Clear();
            return count;
        }

        private sealed class Timer : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
                // It rang already: its callback is on its way.
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
