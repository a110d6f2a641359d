using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Data;

internal static class RightsQueries
{
    [NeedsNoIndex("once, at the start")]
    public static Task<List<MemberRow>> AllMembersAsync(this HubDb db, CancellationToken ct) => db.Members.ToListAsync(ct);

    public static Task<List<MemberRow>> MembersAsync(this HubDb db, string workspaceId, CancellationToken ct) =>
        db.Members.Where(member => member.WorkspaceId == workspaceId).ToListAsync(ct);

    /// <summary>A member of the workspace by id or by e-mail address in lower case.</summary>
    public static async Task<string?> FindMemberAsync(
        this HubDb db, string workspaceId, string idOrEmail, CancellationToken ct) =>
        await (
            from member in db.Members
            join user in db.Users on member.UserId equals user.Id
            where member.WorkspaceId == workspaceId && (user.Id == idOrEmail || user.Email == idOrEmail)
            select user.Id)
            .FirstOrDefaultAsync(ct);

    [NeedsNoIndex("once, at the start")]
    public static async Task<List<(string WorkspaceId, string Service, ServiceRule Rule)>> AllServiceRulesAsync(
        this HubDb db, CancellationToken ct)
    {
        var rights = await db.ServiceRights.ToDictionaryAsync(row => (row.WorkspaceId, row.Service), ct);
        var grants = (await db.Grants.OrderBy(row => row.Id).ToListAsync(ct)).ToLookup(row => (row.WorkspaceId, row.Service));
        return [.. rights.Keys.Union(grants.Select(group => group.Key)).Select(key =>
            (key.WorkspaceId, key.Service, Rule(rights.GetValueOrDefault(key), [.. grants[key].Select(Grant)])))];
    }

    /// <summary>Makes the row say what the rule says; call it in a transaction.</summary>
    public static async Task SaveServiceRuleAsync(
        this HubDb db, string workspaceId, string service, ServiceRule rule, CancellationToken ct)
    {
        await db.ServiceRights.Where(row => row.WorkspaceId == workspaceId && row.Service == service).DeleteAsync(ct);
        await db.InsertAsync(
            new ServiceRightsRow
            {
                WorkspaceId = workspaceId,
                Service = service,
                Reach = rule.IsForEveryone ? "everyone" : "chosen",
                Publish = rule.Publish?.ToString().ToLowerInvariant(),
                Allow = rule.Allow is { } allow ? string.Join(' ', allow.Networks) : null,
                Paused = rule.IsPaused,
                Weight = rule.Share.Weight,
                LimitBits = rule.Share.LimitBitsPerSecond,
                FloorBits = rule.Share.FloorBitsPerSecond,
                Version = rule.Version,
            },
            token: ct);
    }

    public static Task InsertGrantAsync(
        this HubDb db, string workspaceId, string service, Grant grant, CancellationToken ct) =>
        db.InsertAsync(
            new GrantRow
            {
                Id = grant.Id,
                WorkspaceId = workspaceId,
                Service = service,
                Kind = ServicePolicy.Word(grant.Kind),
                Subject = grant.Subject,
                CreatedAt = grant.CreatedAt,
                CreatedBy = grant.CreatedBy,
                ExpiresAt = grant.ExpiresAt,
            },
            token: ct);

    public static Task DeleteGrantAsync(this HubDb db, string id, CancellationToken ct) =>
        db.Grants.Where(row => row.Id == id).DeleteAsync(ct);

    public static Task DeleteExpiredGrantsAsync(this HubDb db, DateTimeOffset before, CancellationToken ct) =>
        db.Grants.Where(row => row.ExpiresAt < before).DeleteAsync(ct);

    private static ServiceRule Rule(ServiceRightsRow? row, IReadOnlyList<Grant> grants) => row is null
        ? ServiceRule.Default with { Grants = grants }
        : new ServiceRule(
            row.Reach == "everyone",
            row.Publish is null ? null : Enum.Parse<PublishMode>(row.Publish, ignoreCase: true),
            row.Allow is null ? null : AddressList.TryParse(row.Allow.Split(' ', StringSplitOptions.RemoveEmptyEntries), out _),
            grants,
            row.Version)
        {
            IsPaused = row.Paused,
            Share = new ShareRule(row.Weight, row.LimitBits, row.FloorBits),
        };

    private static Grant Grant(GrantRow row) => new(
        row.Id, Enum.Parse<GrantKind>(row.Kind, ignoreCase: true), row.Subject, row.CreatedAt, row.CreatedBy, row.ExpiresAt);
}
