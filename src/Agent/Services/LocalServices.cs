using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent;

/// <summary>Name → target of everything this agent exposes; the hub names only names, the map lives here alone.</summary>
internal sealed class LocalServices
{
    private readonly ConcurrentDictionary<string, ExposedService> _services = new(StringComparer.Ordinal);

    public bool TryAdd(ExposedService service) => _services.TryAdd(service.Name, service);

    public void Remove(ExposedService service) => _services.TryRemove(KeyValuePair.Create(service.Name, service));

    public bool TryGet(string name, [NotNullWhen(true)] out ExposedService? service) => _services.TryGetValue(name, out service);

    /// <summary>The live streams of all of them.</summary>
    public IEnumerable<MuxStream> Streams => _services.Values.SelectMany(service => service.Streams.Live);

    /// <summary>Begins to watch what flows; <see cref="Status"/> tells it later.</summary>
    public void Look()
    {
        foreach (var service in _services.Values)
            service.Streams.Look();
    }

    public IEnumerable<ServiceStatus> Status() => _services.Values.OrderBy(s => s.Name, StringComparer.Ordinal).Select(s => s.Status());
}
