namespace PrivateConnect.Agent;

/// <summary>Every command that this process's session works for.</summary>
internal sealed class WorkOwners
{
    private readonly Lock _gate = new();
    private readonly List<WorkOwner> _owners = [];
    private AgentFailure? _fatal;
    private AgentEvent? _connected;

    /// <summary>Adds a command and tells it first whether the hub is connected, so that it misses no change in between.</summary>
    public void Add(WorkOwner owner)
    {
        lock (_gate)
        {
            if (_fatal is not null)
                throw _fatal;
            _owners.Add(owner);
            if (_connected is not null)
                owner.Tell(_connected);
        }
    }

    public void Remove(WorkOwner owner)
    {
        lock (_gate)
            _owners.Remove(owner);
    }

    public void Tell(AgentEvent happened)
    {
        lock (_gate)
        {
            _connected = happened.Event switch
            {
                EventName.Connected => happened,
                EventName.Reconnecting => null,
                _ => _connected,
            };
            foreach (var owner in _owners)
                owner.Tell(happened);
        }
    }

    /// <summary>The first connection failed: ends those who do not wait for a second.</summary>
    public void FailImpatient(AgentFailure failure)
    {
        lock (_gate)
        {
            foreach (var owner in _owners.Where(owner => !owner.IsPatient))
                owner.Fail(failure);
        }
    }

    /// <summary>The session is over for good: ends everybody, and whoever comes later.</summary>
    public void FailAll(AgentFailure failure)
    {
        lock (_gate)
        {
            _fatal = failure;
            foreach (var owner in _owners)
                owner.Fail(failure);
        }
    }
}
