using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>
/// Keeps one link to the hub: connects, waits for its end, connects again. Ends by cancellation, or by the failure that
/// makes every further try useless.
/// </summary>
internal sealed class ReconnectLoop(
    Func<CancellationToken, Task<HubLink>> connect, HubAddress hub, LinkSignal links, WorkOwners owners, TimeProvider time)
{
    private readonly List<Task> _draining = [];
    private ReconnectDelay _delay;
    private TimeSpan _returnWindow;
    private long _lostAt = time.GetTimestamp();
    private bool _wasConnected;

    /// <summary>Why there is no link, in words; null while there is one.</summary>
    public string? Trouble { get; private set; }

    public async Task RunAsync(CancellationToken cancellation)
    {
        try
        {
            while (true)
            {
                var failure = await ConnectOnceAsync(cancellation);
                Trouble = failure.Message;
                owners.FailImpatient(failure);
                var pause = _delay.Next(time.GetElapsedTime(_lostAt), _returnWindow, failure.RetryAfter, Random.Shared.NextDouble());
                owners.Tell(new AgentEvent(EventName.Reconnecting)
                {
                    Attempt = _delay.Attempt,
                    DelayMs = (int)pause.TotalMilliseconds,
                    Text = failure.Message,
                });
                await Task.Delay(pause, time, cancellation);
            }
        }
        finally
        {
            links.Clear();
            await Task.WhenAll(_draining);
        }
    }

    /// <summary>Connects and stays until the link is over; returns why it has to be tried again.</summary>
    private async Task<AgentFailure> ConnectOnceAsync(CancellationToken cancellation)
    {
        HubLink link;
        try
        {
            link = await connect(cancellation);
        }
        catch (AgentFailure failure) when (MayHeal(failure))
        {
            return failure;
        }

        _wasConnected = true;
        var began = time.GetTimestamp();
        _returnWindow = TimeSpan.FromMilliseconds(link.Welcome.ReturnWindow);
        link.Start();
        Trouble = null;
        owners.Tell(Connected(link));
        links.Set(link);
        ProcessMemory.GiveBackSoon();
        try
        {
            await Task.WhenAny(link.Over, link.Ended).WaitAsync(cancellation);
        }
        catch (OperationCanceledException)
        {
            link.Session.Close(SessionEndReason.LocalClose, "the agent was stopped");
            _draining.Add(link.Ended);
            throw;
        }
        finally
        {
            links.Clear();
        }

        var lived = time.GetElapsedTime(began);
        _delay.SessionEnded(lived);
        if (_delay.Attempt == 0)
            _lostAt = time.GetTimestamp();
        return await AfterAsync(link, cancellation);
    }

    private async Task<AgentFailure> AfterAsync(HubLink link, CancellationToken cancellation)
    {
        if (link.GoAway is { } said && HubVerdict.Of(hub, said.Code) is { } final)
        {
            link.Session.Close(SessionEndReason.LocalClose, "told to go");
            throw final;
        }

        // A hub that drains lets old streams finish while the agent is connected again; every other GOAWAY is followed by the end.
        if (link.GoAway is { Code: GoAwayCode.Draining or GoAwayCode.Closing } away && !link.Ended.IsCompleted)
        {
            _draining.RemoveAll(old => old.IsCompleted);
            _draining.Add(FinishAsync(link, cancellation));
            return Lost($"the hub drains ({away.Text})", away.RetryAfter);
        }

        var end = await FinishAsync(link, cancellation);
        return HubVerdict.Of(hub, end) is { } verdict ? throw verdict : Lost(end.Text, end.Remote?.RetryAfter ?? 0);
    }

    private static async Task<SessionEnd> FinishAsync(HubLink link, CancellationToken cancellation)
    {
        using var stop = cancellation.UnsafeRegister(
            static open => ((Session)open!).Close(SessionEndReason.LocalClose, "the agent was stopped"), link.Session);
        return await link.Ended;
    }

    private AgentEvent Connected(HubLink link) => new(EventName.Connected)
    {
        Hub = hub.ToString(),
        AgentId = link.Welcome.AgentId,
        Label = link.Welcome.Label,
        Workspace = link.Welcome.Workspace,
        HubVersion = link.Welcome.HubVersion,
    };

    private static AgentFailure Lost(string text, int retryAfter) =>
        new(ExitCode.HubUnreachable, text) { RetryAfter = HubVerdict.Pause(retryAfter) };

    /// <summary>A certificate may be wrong for a moment while it is changed, but not at the very first connection.</summary>
    private bool MayHeal(AgentFailure failure) =>
        !failure.IsFinal && (failure.Code is ExitCode.HubUnreachable || (_wasConnected && failure.Code is ExitCode.NotTrusted));
}
