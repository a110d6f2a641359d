using System.Collections;

namespace PrivateConnect.Hub.Auth;

/// <summary>The services of one workspace at one moment, in the order of names. Immutable.</summary>
public sealed class ServiceList : IReadOnlyList<ServiceRecord>
{
    private readonly ServiceRecord[] _byName;
    private readonly Lazy<ILookup<string, ServiceRecord>> _byAgent;

    internal ServiceList(ServiceRecord[] services)
    {
        Array.Sort(services, static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        _byName = services;
        _byAgent = new(() => _byName.ToLookup(service => service.AgentId, StringComparer.Ordinal));
    }

    public int Count => _byName.Length;

    public ServiceRecord this[int index] => _byName[index];

    /// <summary>Those that an agent exposed last, by name.</summary>
    public IEnumerable<ServiceRecord> OfAgent(string agentId) => _byAgent.Value[agentId];

    public IEnumerator<ServiceRecord> GetEnumerator() => ((IEnumerable<ServiceRecord>)_byName).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _byName.GetEnumerator();
}
