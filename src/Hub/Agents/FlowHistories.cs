using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// What flowed lately, of every service and of each workspace as a whole, by name: a service that comes back goes on. In
/// memory only, so it begins anew with the hub. Written by the sampler, read by pages; thread-safe.
/// </summary>
public sealed class FlowHistories
{
    /// <summary>Five minutes of one second: what a page draws live.</summary>
    public const int Seconds = 300;

    /// <summary>A day of one minute.</summary>
    public const int Minutes = 24 * 60;

    /// <summary>
    /// Services whose day is kept, 11.5 KB each while anything flowed in it: 6 MB, which HUB_MEMORY's working share leaves.
    /// One more has its five minutes only.
    /// </summary>
    public const int MaximumDays = 500;

    private const int StepsAMinute = 60;

    private readonly Lock _gate = new();
    private readonly Dictionary<(string WorkspaceId, string Service), Entry> _entries = [];
    private readonly Dictionary<string, (double In, double Out)> _sums = [];
    private long _step;
    private int _days;

    public FlowHistories(ServiceDirectory services)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.Deleted += Forget;
    }

    /// <summary>The last five minutes of a service; of all services of the workspace without a name.</summary>
    public FlowSeries LastMinutes(string workspaceId, string service = "")
    {
        lock (_gate)
            return (_entries.GetValueOrDefault((workspaceId, service)) ?? new Entry()).Seconds.Read(_step);
    }

    /// <summary>The last day; minutes, the current one last and still growing.</summary>
    public FlowSeries LastDay(string workspaceId, string service = "")
    {
        lock (_gate)
            return (_entries.GetValueOrDefault((workspaceId, service)) ?? new Entry()).Minutes.Read(_step / StepsAMinute);
    }

    /// <summary>One second passed: the rates of all services in it.</summary>
    internal void Add(IReadOnlyList<LiveService> services)
    {
        lock (_gate)
        {
            _step++;
            _sums.Clear();
            for (var i = 0; i < services.Count; i++)
            {
                var service = services[i];
                // A step that nobody adds to reads as nothing.
                if (service.InRate <= 0 && service.OutRate <= 0)
                    continue;
                Add((service.WorkspaceId, service.Name), service.InRate, service.OutRate);
                var (totalIn, totalOut) = _sums.GetValueOrDefault(service.WorkspaceId);
                _sums[service.WorkspaceId] = (totalIn + service.InRate, totalOut + service.OutRate);
            }

            foreach (var (workspaceId, (totalIn, totalOut)) in _sums)
                Add((workspaceId, ""), totalIn, totalOut);
            if (_step % StepsAMinute == 0)
                Settle();
        }
    }

    private void Add((string WorkspaceId, string Service) key, double bytesIn, double bytesOut)
    {
        if (!_entries.TryGetValue(key, out var entry))
            _entries[key] = entry = new Entry();
        Add(entry, bytesIn, bytesOut);
    }

    /// <summary>Once a minute: what did not flow for the length of a ring gives its memory back.</summary>
    private void Settle()
    {
        foreach (var entry in _entries.Values)
            Add(entry, 0, 0);
    }

    private void Add(Entry entry, double bytesIn, double bytesOut)
    {
        entry.Seconds.Add(_step, bytesIn, bytesOut);
        var had = entry.Minutes.IsKept;
        if (had || _days < MaximumDays)
            entry.Minutes.Add(_step / StepsAMinute, bytesIn / StepsAMinute, bytesOut / StepsAMinute);
        _days += (entry.Minutes.IsKept ? 1 : 0) - (had ? 1 : 0);
    }

    private void Forget(string workspaceId, string service)
    {
        lock (_gate)
        {
            if (_entries.Remove((workspaceId, service), out var entry) && entry.Minutes.IsKept)
                _days--;
        }
    }

    private sealed class Entry
    {
        public FlowRing Seconds { get; } = new(FlowHistories.Seconds);

        public FlowRing Minutes { get; } = new(FlowHistories.Minutes);
    }
}
