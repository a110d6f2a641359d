using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub.Rights;

/// <summary>
/// The rights of all services: the database first, then the snapshot that everybody reads. One change at a time, so
/// memory sees them in the order of the database.
/// </summary>
public sealed class ServicePolicy : IDisposable
{
    /// <summary>Every OPEN of a chosen service looks through them. More: refused.</summary>
    public const int MaximumGrants = 200;

    // Ended grants stay a month, so that "who could reach it then" can be answered.
    private static readonly TimeSpan GrantsKept = TimeSpan.FromDays(30);

    // The database was there a moment ago: it said yes to the change.
    private static readonly TimeSpan ReloadAgain = TimeSpan.FromSeconds(1);

    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly ServiceDirectory _services;
    private readonly SemaphoreSlim _turn = new(1);
    private volatile PolicySnapshot _current = PolicySnapshot.Empty;

    public ServicePolicy(
        Database database, AuditLog audit, ServiceDirectory services, MemberDirectory members)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(members);
        _database = database;
        _audit = audit;
        _services = services;
        services.Deleted += OnDeleted;
        members.Changed += change => _ = FollowAsync(change);
    }

    /// <summary>Raised after the snapshot changed; must not block.</summary>
    public event Action? Changed;

    /// <summary>The rule of one service changed: workspace id and name. Raised after that; must not block.</summary>
    internal event Action<string, string>? RuleChanged;

    /// <summary>What holds now.</summary>
    public PolicySnapshot Current => _current;

    internal TimeProvider Time => _database.Time;

    /// <summary>Reads everything; call once before anything is reached.</summary>
    public async Task LoadAsync(CancellationToken ct)
    {
        await using var db = _database.Connect();
        var snapshot = PolicySnapshot.Empty;
        foreach (var workspace in (await db.AllMembersAsync(ct)).GroupBy(member => member.WorkspaceId))
            snapshot = snapshot.WithMembers(workspace.Key, workspace.Select(m => (m.UserId, m.Role)));
        foreach (var (workspaceId, service, rule) in await db.AllServiceRulesAsync(ct))
            snapshot = snapshot.With(workspaceId, service, rule);
        _current = snapshot;
    }

    /// <summary>Members of a workspace came, went or changed their role; what they may reach follows at once.</summary>
    public Task ReloadMembersAsync(string workspaceId, CancellationToken ct) => _turn.InTurnAsync(async () =>
    {
        await using var db = _database.Connect();
        var members = await db.MembersAsync(workspaceId, ct);
        Set(_current.WithMembers(workspaceId, members.Select(m => (m.UserId, m.Role))));
        return true;
    }, ct);

    /// <summary>Makes sure of a person who may have become a member since the last look.</summary>
    public Task KnowMemberAsync(string workspaceId, string userId, CancellationToken ct) =>
        _current.IsMember(workspaceId, userId) ? Task.CompletedTask : ReloadMembersAsync(workspaceId, ct);

    /// <summary>Changes who may reach a service and where its port listens. Null: there is no such service.</summary>
    /// <param name="workspaceId">The workspace.</param>
    /// <param name="service">The service's name.</param>
    /// <param name="change">From the rule that holds to the new one.</param>
    /// <param name="actor">For the audit log.</param>
    /// <param name="address">For the audit log.</param>
    /// <param name="ct">Cancels before the change is written.</param>
    public Task<ServiceRule?> ChangeAsync(
        string workspaceId, string service, Func<ServiceRule, ServiceRule> change, string actor, string address,
        CancellationToken ct) => _turn.InTurnAsync<ServiceRule?>(async () =>
    {
        if (_services.Find(workspaceId, service) is null) return null;
        var rule = change(_current.RuleOf(workspaceId, service)) with { Version = Ids.New(_database.Time) };
        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.SaveServiceRuleAsync(workspaceId, service, rule, ct);
        await _audit.WriteAsync(db, workspaceId, actor, address, "service.rights", service, Words(rule), ct);
        await transaction.CommitAsync(ct);
        SetRule(workspaceId, service, rule);
        return rule;
    }, ct);

    /// <summary>Adds a grant. Null: there is no such service, or it has as many grants as it may.</summary>
    public Task<Grant?> GrantAsync(
        string workspaceId, string service, GrantKind kind, string subject, DateTimeOffset? expires, string actor,
        string address, CancellationToken ct) => _turn.InTurnAsync<Grant?>(async () =>
    {
        var now = _database.Time.GetUtcNow();
        var rule = _current.RuleOf(workspaceId, service);
        // Ended ones make room; the database keeps them for a while.
        var live = rule.Grants.Where(g => g.ExpiresAt is not { } end || end > now).ToList();
        if (_services.Find(workspaceId, service) is null || live.Count >= MaximumGrants) return null;
        var grant = new Grant(Ids.New(_database.Time), kind, subject, now, actor, expires);
        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.DeleteExpiredGrantsAsync(now - GrantsKept, ct);
        await db.InsertGrantAsync(workspaceId, service, grant, ct);
        await _audit.WriteAsync(
            db, workspaceId, actor, address, "grant.create", service, $"{Word(kind)} {subject} until {Until(expires)}", ct);
        await transaction.CommitAsync(ct);
        SetRule(workspaceId, service, rule with { Grants = [.. live, grant] });
        return grant;
    }, ct);

    /// <summary>Takes a grant back; false when the service has none of that id.</summary>
    public Task<bool> RevokeGrantAsync(
        string workspaceId, string service, string grantId, string actor, string address, CancellationToken ct) =>
        _turn.InTurnAsync(async () =>
    {
        var rule = _current.RuleOf(workspaceId, service);
        if (rule.Grants.FirstOrDefault(g => g.Id == grantId) is not { } grant) return false;
        await using var db = _database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        await db.DeleteGrantAsync(grantId, ct);
        await _audit.WriteAsync(
            db, workspaceId, actor, address, "grant.revoke", service, $"{Word(grant.Kind)} {grant.Subject}", ct);
        await transaction.CommitAsync(ct);
        SetRule(workspaceId, service, rule with { Grants = [.. rule.Grants.Where(g => g != grant)] });
        return true;
    }, ct);

    public void Dispose() => _turn.Dispose();

    public static string Word(GrantKind kind) => kind.ToString().ToLowerInvariant();

    private static string Until(DateTimeOffset? end) => end is { } at ? UtcTextAttribute.Write(at) : "revoked";

    private static string Words(ServiceRule rule) =>
        $"{(rule.IsPaused ? "paused, " : "")}reach {(rule.IsForEveryone ? "everyone" : "chosen")}, publish {rule.Publish?.ToString().ToLowerInvariant() ?? "agent"}, "
        + $"allow {(rule.Allow is null ? "agent" : string.Join(' ', rule.Allow.Networks))}"
        + (rule.Share == ShareRule.None ? "" : $", {rule.Share.Words()}");

    private void OnDeleted(string workspaceId, string service)
    {
        // The database forgot the rule with the service; a change under way may still have seen it.
        _ = _turn.InTurnAsync(() =>
        {
            if (_services.Find(workspaceId, service) is null) Set(_current.Without(workspaceId, service));
            return Task.CompletedTask;
        }, CancellationToken.None);
    }

    // Who was removed is out at once, whatever the database does then; what it says last is what holds, because two
    // changes may be told in another order than they were made.
    private async Task FollowAsync(MembershipChange change)
    {
        await _turn.InTurnAsync(() =>
        {
            if (change.Role is null) Set(_current.WithoutMember(change.WorkspaceId, change.UserId));
            return Task.CompletedTask;
        }, CancellationToken.None);
        while (true)
        {
            try
            {
                await ReloadMembersAsync(change.WorkspaceId, CancellationToken.None);
                return;
            }
            catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
            {
                await Task.Delay(ReloadAgain, Time);
            }
            catch (ObjectDisposedException)
            {
                return;
            }
        }
    }

    private void SetRule(string workspaceId, string service, ServiceRule rule)
    {
        Set(_current.With(workspaceId, service, rule));
        RuleChanged?.Invoke(workspaceId, service);
    }

    private void Set(PolicySnapshot snapshot)
    {
        _current = snapshot;
        Changed?.Invoke();
    }
}
