using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Web.Live;

/// <summary>A quota and how much of it is used; Limit: null where there is none. IsBits: in bits a second.</summary>
public sealed record QuotaLine(string Name, string Key, long Used, long? Limit, bool IsBits = false)
{
    /// <summary>Ready to print.</summary>
    public string UsedText => IsBits ? Format.Bits(Used) : Format.Count(Used);

    /// <summary>As <see cref="UsedText"/>.</summary>
    public string LimitText => Limit is not { } limit ? "no quota" : IsBits ? Format.Bits(limit) : Format.Count(limit);

    /// <summary>Nothing more is let in.</summary>
    public bool IsFull => !IsBits && Used >= Limit;
}

/// <summary>What a workspace has of what it may have. Reads memory only.</summary>
public sealed class QuotaUse(Quotas quotas, AgentDirectory agents, ServiceDirectory services, LiveView live)
{
    public IReadOnlyList<QuotaLine> Of(string workspaceId)
    {
        var (quota, known, now) = (quotas.Of(workspaceId), services.List(workspaceId), live.Current);
        return
        [
            new("Agents", "agents", agents.All.Count(a => a.WorkspaceId == workspaceId && !a.Revoked), quota.Agents),
            new("Services", "services", known.Count, quota.Services),
            new("Ports", "ports", known.Count(service => service.Port is not null), quota.Ports),
            new("Streams", "streams", now.Services.Where(s => s.WorkspaceId == workspaceId).Sum(s => (long)s.Streams), quota.Streams),
            new("Bandwidth", "bandwidth",
                (long)(8 * now.Services.Where(s => s.WorkspaceId == workspaceId).Sum(s => s.InRate + s.OutRate)), quota.Bandwidth, IsBits: true),
        ];
    }
}
