using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.People;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Rights;

/// <summary>What people and programs do to services: one way for page and API, with one audit line. Whoever calls has met the role.</summary>
public sealed class ServiceActs(
    ServicePolicy policy, ServiceDirectory services, AgentDirectory agents, AuditLog audit, Database database, IServiceProvider provider)
{
    /// <summary>Rights, publishing, pause, share and grants.</summary>
    public const Role ToChange = Role.Admin;

    /// <summary>Deleting, and ending a stream.</summary>
    public const Role ToEnd = Role.Member;

    // Ten years: what is longer is for ever, and says so by leaving the life out.
    private const long MaximumLifeSeconds = 10L * 365 * 24 * 3600;

    private static readonly ActRefusal s_notFound = new("", "There is no such service.");

    // The relay is made late: it asks the directories.
    private HubRelay Relay => provider.GetRequiredService<HubRelay>();

    /// <summary>Changes who may reach it, where its port listens, whether it takes streams, and its share.</summary>
    public async Task<ActRefusal?> ChangeAsync(Requester by, string service, ServiceChange change, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        ArgumentNullException.ThrowIfNull(change);
        if (change.Reach is not (null or "everyone" or "chosen"))
            return new ActRefusal("bad_reach", "reach is \"everyone\" or \"chosen\".");
        if (change.Publish is not (null or "agent" or "off" or "loopback" or "network"))
            return new ActRefusal("bad_publish", "publish is \"off\", \"loopback\", \"network\" or \"agent\".");
        if (change is { Publish: "agent", Allow: not null })
            return new ActRefusal("bad_allow", "publish \"agent\" leaves the networks to the agent: leave allow out.");
        if (change is { EndStreams: true, Paused: not true })
            return new ActRefusal("bad_end", "endStreams goes with \"paused\": true; a single stream is ended by its id.");
        if (change.Share?.Fault() is { } outOfBounds)
            return new ActRefusal("bad_share", outOfBounds);
        var fault = "";
        var allow = change.Allow is null ? null : AddressList.TryParse(change.Allow, out fault);
        if (change.Allow is not null && allow is null)
            return new ActRefusal("bad_allow", fault);
        var rule = await policy.ChangeAsync(by.WorkspaceId, service, old => Changed(old, change, allow), by.Actor, by.Address, ct);
        if (rule is null)
            return s_notFound;
        if (change.EndStreams)
            Relay.Registry.FindService(by.WorkspaceId, service)?.EndAll(StreamError.Paused);
        return null;
    }

    /// <summary>Lets a member (id or e-mail address), a role, an agent (id) or a tag reach it, for a while or until it is taken back.</summary>
    public async Task<(Grant? Grant, ActRefusal? Refusal)> GrantAsync(
        Requester by, string service, string? kind, string? subject, long? lifeSeconds, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (services.Find(by.WorkspaceId, service) is null)
            return (null, s_notFound);
        if (lifeSeconds is < 1 or > MaximumLifeSeconds)
            return (null, new ActRefusal("bad_life", $"lifeSeconds is a number from 1 to {MaximumLifeSeconds}, or left out."));
        if (await SubjectAsync(by.WorkspaceId, kind, subject ?? "", ct) is not var (known, id))
        {
            return (null, new ActRefusal("bad_subject",
                "kind is member, role, agent or tag, and subject names one of this workspace: a member by id or e-mail "
                + $"address, {Roles.Allowed}, an agent by id, a tag by its word."));
        }

        var expires = lifeSeconds is { } seconds ? policy.Time.GetUtcNow().AddSeconds(seconds) : (DateTimeOffset?)null;
        if (await policy.GrantAsync(by.WorkspaceId, service, known, id, expires, by.Actor, by.Address, ct) is { } grant)
            return (grant, null);
        return (null, services.Find(by.WorkspaceId, service) is null ? s_notFound : new ActRefusal("too_many_grants",
            $"A service has at most {ServicePolicy.MaximumGrants} grants: take one back, or grant a role or a tag."));
    }

    /// <summary>Takes a grant back; false when there is none of that id.</summary>
    public Task<bool> RevokeAsync(Requester by, string service, string grantId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        return policy.RevokeGrantAsync(by.WorkspaceId, service, grantId, by.Actor, by.Address, ct);
    }

    /// <summary>Deletes a service and frees its port; false when there is none.</summary>
    public Task<bool> DeleteAsync(Requester by, string service, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        return services.DeleteAsync(by.WorkspaceId, service, by.Actor, by.Address, ct);
    }

    /// <summary>Ends one live stream; false when it is over. Written first, then done: what cannot be recorded does not happen.</summary>
    public async Task<bool> KillAsync(Requester by, string service, string streamId, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(by);
        if (Relay.FindStream(by.WorkspaceId, service, streamId) is not { } found)
            return false;
        await audit.WriteAsync(
            by.WorkspaceId, by.Actor, by.Address, "stream.kill", $"{service} {streamId} {found.Guest.Peer}", AuditLog.Done, ct);
        found.Stream.Reset(StreamError.Killed);
        return true;
    }

    private static ServiceRule Changed(ServiceRule old, ServiceChange change, AddressList? allow) => old with
    {
        IsForEveryone = change.Reach is null ? old.IsForEveryone : change.Reach == "everyone",
        Publish = change.Publish switch
        {
            null => old.Publish,
            "off" => PublishMode.Off,
            "loopback" => PublishMode.Loopback,
            "network" => PublishMode.Network,
            _ => null,
        },
        Allow = change.Publish == "agent" ? null : allow ?? old.Allow,
        IsPaused = change.Paused ?? old.IsPaused,
        Share = change.Share ?? old.Share,
    };

    private async Task<(GrantKind Kind, string Subject)?> SubjectAsync(string workspaceId, string? kind, string subject, CancellationToken ct)
    {
        switch (kind)
        {
            case "member":
                return await Members.FindAsync(database, workspaceId, subject, ct) is { } user ? (GrantKind.Member, user) : null;
            case "role":
                return Roles.Parse(subject) is { } role ? (GrantKind.Role, role.Word()) : null;
            case "agent":
                return agents.FindById(subject) is { Revoked: false } agent && agent.WorkspaceId == workspaceId
                    ? (GrantKind.Agent, agent.AgentId)
                    : null;
            case "tag":
                return ServiceName.IsValid(subject) ? (GrantKind.Tag, subject) : null;
            default:
                return null;
        }
    }
}
