using System.Net;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Outages;

/// <summary>
/// Who waits for a database that hangs is answered within two seconds, by the hub's own clock: no machine is too slow for
/// that to be seen. loadtests/outage.sh measures the same by the clock on the wall.
/// </summary>
public sealed class AnswerLimitTests(PostgresServer server)
{
    private static readonly TimeSpan Promise = TimeSpan.FromSeconds(2);

    // Far beyond what this test takes: only the answer's own limit may end the wait.
    private static readonly TimeSpan Never = TimeSpan.FromMinutes(10);

    private static CancellationToken Ended => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("GET", "/v1/agents")]
    [InlineData("POST", "/v1/enrolments")]
    public async Task AnswerComesWithTheHubsLimitWhateverTheDatabaseDoes(string method, string path)
    {
        var limit = DatabaseLimits.Default.Answer;
        Assert.True(limit < Promise);
        await using var proxy = new SlowProxy(server.Port);
        var engine = TestEngine.Of($"postgresql://tester:secret@127.0.0.1:{proxy.Port}/{await server.NewDatabaseAsync()}");
        var time = new WatchedTime();
        await using var hub = await TestHub.StartAsync(engine, new DatabaseLimits(Never, Never, Never, limit), time);
        using var client = await hub.ListenAsync();
        var key = await hub.NewKeyAsync(await hub.DefaultWorkspaceAsync());
        proxy.SetDelay(Never);

        var waits = time.Timer(limit);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (method == "POST") request.Content = new StringContent("""{"publicKey":"","label":"box"}""", null, "application/json");
        var answer = client.SendAsync(request, Ended);
        await waits.WaitAsync(Ended);
        time.Advance(limit - TimeSpan.FromMilliseconds(1));
        Assert.False(answer.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        using var refused = await answer;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, refused.StatusCode);
        Assert.Contains("\"code\":\"database\"", await refused.Content.ReadAsStringAsync(Ended), StringComparison.Ordinal);
        proxy.SetDelay(TimeSpan.Zero);
    }

    /// <summary>A clock of the test's that tells when somebody begins to wait for so long.</summary>
    private sealed class WatchedTime() : FakeTimeProvider(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero))
    {
        private readonly Lock _gate = new();
        private TaskCompletionSource? _seen;
        private TimeSpan _due;

        public Task Timer(TimeSpan due)
        {
            lock (_gate)
            {
                (_due, _seen) = (due, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
                return _seen.Task;
            }
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            var timer = base.CreateTimer(callback, state, dueTime, period);
            lock (_gate)
            {
                if (dueTime == _due) _seen?.TrySetResult();
            }

            return timer;
        }
    }
}
