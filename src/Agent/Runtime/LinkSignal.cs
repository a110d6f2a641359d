namespace PrivateConnect.Agent;

/// <summary>Where work waits for a link to the hub.</summary>
internal sealed class LinkSignal
{
    private readonly Lock _gate = new();
    private TaskCompletionSource<HubLink> _next = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile HubLink? _current;

    /// <summary>The link that takes new work, or null while there is none. Read from any thread.</summary>
    public HubLink? Current => _current;

    public Task<HubLink> WaitAsync(CancellationToken cancellation)
    {
        lock (_gate)
            return _next.Task.WaitAsync(cancellation);
    }

    public void Set(HubLink link)
    {
        lock (_gate)
        {
            _current = link;
            _next.TrySetResult(link);
        }
    }

    public void Clear()
    {
        lock (_gate)
        {
            _current = null;
            if (_next.Task.IsCompleted)
                _next = new TaskCompletionSource<HubLink>(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }
}
