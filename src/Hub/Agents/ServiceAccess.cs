using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Agents;

/// <summary>What a published service asks before it lets somebody in: rights and quotas of this moment, from memory.</summary>
internal sealed class ServiceAccess(
    ServicePolicy policy, StreamQuota streams, RelayProblems problems, TunnelLedger ledger, TimeProvider time)
{
    public StreamQuota Streams => streams;

    public RelayProblems Problems => problems;

    public TunnelLedger Ledger => ledger;

    public TimeProvider Time => time;

    public DateTimeOffset Now => time.GetUtcNow();

    public ServiceRule RuleOf(string workspaceId, string service) => policy.Current.RuleOf(workspaceId, service);

    /// <summary>Whether it belongs to nobody in particular or to somebody who is a member now.</summary>
    public bool HasItsOwner(AgentIdentity agent) =>
        agent.OwnerUserId is not { } owner || policy.Current.IsMember(agent.WorkspaceId, owner);

    public bool MayReach(AgentIdentity agent, string service) =>
        policy.Current.MayReach(agent, service, time.GetUtcNow());
}
