using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>What a command wants of the session, kept so that it can be handed to one holder after another.</summary>
internal sealed class CommandWork(bool isUp, IReadOnlyList<WorkItem> items, CommandContext context)
{
    private readonly Lock _gate = new();
    private WorkItem[] _items = [.. items];
    private bool _sawConnection;
    private volatile bool _isDone;
    private ExitCode _result;

    /// <summary>Whether it was work that ends by itself, and has.</summary>
    public bool IsDone => _isDone;

    /// <summary>How it ended; after <see cref="IsDone"/>.</summary>
    public ExitCode Result => _result;

    public bool IsUp => isUp;

    /// <summary>Prints an event and remembers the ports it names, to ask for them again.</summary>
    public void On(AgentEvent happened)
    {
        lock (_gate)
        {
            _sawConnection |= happened.Event == EventName.Connected;
            if (happened is { Event: EventName.Exposed or EventName.Listening, Service: { } service, Port: { } port })
            {
                var kind = happened.Event == EventName.Exposed ? WorkKind.Expose : WorkKind.Reach;
                _items = [.. _items.Select(item => item.Kind == kind && item.Service == service ? item with { LastPort = port } : item)];
            }
        }

        context.Terminal.Write(happened);
        if (happened.Diagnosis is { State: DiagnosisState.Failed })
            _result = ExitCode.NotHealthy;
        _isDone |= happened.Event is EventName.Bench or EventName.Diagnosis;
    }

    public WorkItem[] Items()
    {
        lock (_gate)
            return _items;
    }

    public WorkOwner Owner()
    {
        lock (_gate)
            return new WorkOwner(isUp, _sawConnection, On);
    }

    public HolderRequest Request()
    {
        lock (_gate)
        {
            return new HolderRequest(
                HolderRequest.Work, isUp, _sawConnection, context.Options.Hub?.ToString(), context.Options.Pin, _items);
        }
    }
}
