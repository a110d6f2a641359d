namespace PrivateConnect.Agent;

/// <summary>
/// The one session of an identity on this machine, and everything that commands asked of it. Lives in the process that
/// holds the folder's lock.
/// </summary>
internal sealed class AgentRuntime : IAsyncDisposable
{
    /// <summary>Long enough for a rate and short enough to wait for.</summary>
    private static readonly TimeSpan s_watch = TimeSpan.FromMilliseconds(250);

    private readonly LocalServices _services = new();
    private readonly LinkSignal _links = new();
    private readonly WorkOwners _owners = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly RuntimeSettings _settings;
    private readonly ReconnectLoop _loop;
    private readonly Exposing _exposing;
    private readonly Reaching _reaching;
    private readonly Benching _benching;
    private readonly Diagnosing _diagnosing;
    private readonly TimeProvider _time;
    private Task _running = Task.CompletedTask;

    public AgentRuntime(RuntimeSettings settings, TimeProvider time)
    {
        (_settings, _time) = (settings, time);
        _exposing = new Exposing(_services, _links, settings.Hub, time);
        _reaching = new Reaching(_links, settings.Hub, time);
        _benching = new Benching(_links, settings.Hub, settings.Pin, time);
        _diagnosing = new Diagnosing(_links);
        var login = new HubLogin(settings, _services, _owners, time);
        _loop = new ReconnectLoop(login.ConnectAsync, settings.Hub, _links, _owners, time);
    }

    public HubAddress Hub => _settings.Hub;

    public string? Pin => _settings.Pin;

    public void Start() => _running = Task.Run(RunAsync);

    /// <summary>Works for a command until it goes (cancellation), has to end (<see cref="AgentFailure"/>), or what ends by itself is done.</summary>
    public async Task ServeAsync(WorkOwner owner, IReadOnlyList<WorkItem> items, CancellationToken gone)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(gone);
        _owners.Add(owner);
        var tasks = items.Select(item => KeepAsync(item, owner, ending.Token)).ToList();
        var all = Task.WhenAll([owner.Failed, .. tasks]);
        try
        {
            var first = await Task.WhenAny([owner.Failed, .. tasks]).WaitAsync(gone);
            await first;
        }
        catch (OperationCanceledException) when (owner.Failed.IsFaulted)
        {
            // Both at once: why it failed is worth more than that it was stopped.
            await owner.Failed;
        }
        finally
        {
            await ending.CancelAsync();
            _owners.Remove(owner);
            owner.Release();
            await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Watches for a moment and tells what flows: nothing is sampled while nobody asks.</summary>
    public async Task<AgentEvent> StatusAsync(CancellationToken gone)
    {
        _services.Look();
        _reaching.Look();
        await Task.Delay(s_watch, _time, gone);
        return Status();
    }

    private AgentEvent Status()
    {
        var identity = _settings.Folder.IsEnrolled ? _settings.Folder.ReadIdentity() : null;
        var link = _links.Current;
        return new AgentEvent(EventName.Status)
        {
            State = link is null ? "connecting" : "connected",
            Hub = _settings.Hub.ToString(),
            AgentId = identity?.AgentId,
            Label = identity?.Label,
            Workspace = identity?.Workspace,
            Holder = Environment.ProcessId,
            Since = link?.Since,
            RoundTripMs = link?.Session.RoundTrip is { } roundTrip ? Math.Round(roundTrip.TotalMilliseconds, 3) : null,
            Text = link is null ? _loop.Trouble : null,
            Services = [.. _services.Status(), .. _reaching.Status()],
        };
    }

    /// <summary>Closes the session in order, as far as the hub takes it in time.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        try
        {
            await _running.WaitAsync(_settings.CloseLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // The hub does not take our farewell; the process ends and its sockets are reset.
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await _loop.RunAsync(_stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // Stopped.
        }
        catch (AgentFailure failure)
        {
            _owners.FailAll(failure);
        }
        catch (Exception defect)
        {
            // Ours: tell it as one line instead of leaving commands that wait for ever.
            _owners.FailAll(new AgentFailure(ExitCode.Internal, DefectText.Of(defect)));
        }
    }

    private async Task KeepAsync(WorkItem item, WorkOwner owner, CancellationToken cancellation)
    {
        try
        {
            await (item.Kind switch
            {
                WorkKind.Expose => _exposing.RunAsync(item, owner, cancellation),
                WorkKind.Reach => _reaching.RunAsync(item, owner, cancellation),
                WorkKind.Diagnose => _diagnosing.RunAsync(item, owner, cancellation),
                _ => _benching.RunAsync(item, owner, cancellation),
            });
        }
        catch (AgentFailure failure) when (owner.IsUp)
        {
            // One of several services of an `up`: its fault is told and the others go on.
            owner.Tell(AgentEvent.Failed(failure.Code, failure.Message, item.Service));
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellation);
        }
    }
}
