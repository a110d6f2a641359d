using LinqToDB;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>Two workspaces with everything in them, and everybody who might ask.</summary>
internal sealed class MatrixWorld(TestHub hub)
{
    /// <summary>In every name and label of the first workspace; nobody of the second may ever read it.</summary>
    public const string Mark = "mark-of-one";

    private readonly Dictionary<string, (string Own, string Foreign, string Deleted)> _ids = [];
    private readonly List<string> _owners = [];
    private int _made;

    public List<Principal> Principals { get; } = [];

    public string Own { get; private set; } = "";

    public string Other { get; private set; } = "";

    public async Task BuildAsync()
    {
        Own = await hub.DefaultWorkspaceAsync();
        Other = await hub.NewWorkspaceAsync("other");
        Principals.Add(Nobody("nobody", null));
        Principals.Add(Nobody("malformed key", "pc_'; DROP TABLE agents --"));
        Principals.Add(Nobody("unknown key", $"pc_{new string('0', 48)}"));
        Principals.Add(Nobody("expired key", await KeyAsync(Own, null, Scopes.All, expired: true)));
        var revoked = await KeyAsync(Own, null, Scopes.All);
        await hub.ExecuteAsync($"UPDATE api_keys SET revoked_at = created_at WHERE hash = '{TokenSecret.Hash(revoked)}'");
        Principals.Add(Nobody("revoked key", revoked));
        var left = await MemberAsync(Own, Role.Owner);
        Principals.Add(Nobody("removed member", await KeyAsync(Own, left, Scopes.All)));
        await hub.ExecuteAsync($"DELETE FROM members WHERE user_id = '{left}'");
        foreach (var (workspace, isOwn) in ((string, bool)[])[(Own, true), (Other, false)])
        {
            await AddAsync(workspace, isOwn, null, Role.Admin, Scopes.All);
            foreach (var role in Enum.GetValues<Role>())
            {
                var user = await MemberAsync(workspace, role);
                await AddAsync(workspace, isOwn, user, role, Scopes.All);
                foreach (var scope in Scopes.All) await AddAsync(workspace, isOwn, user, role, [scope]);
            }
        }

        foreach (var kind in (string[])["agents", "services", "members", "invitations", "keys", "grants", "diagnostics", "share-links"])
        {
            var deleted = await NewAsync(kind, Own);
            _ids[kind] = (await NewAsync(kind, Own), await NewAsync(kind, Other), deleted);
            await DeleteAsync(kind, deleted);
        }

        _ids["workspaces"] = (Own, Other, Guid.NewGuid().ToString());
    }

    /// <summary>The ids that an address of this kind is asked with; the first is one of the first workspace.</summary>
    public IReadOnlyList<(string Name, string Id)> Ids(string kind)
    {
        if (kind.Length == 0) return [("none", "")];
        // Streams that live need an agent, sessions are of a person alone: of both there are only ids that are not one's own.
        if (kind is "streams" or "sessions")
        {
            var at = kind == "streams" ? $"{_ids["services"].Own}/streams/" : "";
            return [("gone", $"{at}1-1"), ("random", $"{at}{Guid.NewGuid()}"), ("malformed", $"{at}%27%20OR%201=1"), ("long", at + new string('9', 300))];
        }

        // The hub's first workspace sets the quotas of all: there is no foreign one.
        if (kind == "quotas") return [("own", Own), ("random", Guid.NewGuid().ToString()), ("malformed", "%27%20OR%201=1"), ("dots", "..a")];
        var (own, foreign, deleted) = _ids[kind];
        var inside = kind == "grants" ? own[..(own.LastIndexOf('/') + 1)] : "";
        return
        [
            ("own", own), ("foreign", foreign), ("deleted", deleted), ("random", inside + Guid.NewGuid()),
            ("malformed", $"{inside}%27%20OR%201=1"), ("control character", $"{inside}a%01"),
            ("other case", inside + own[inside.Length..].ToUpperInvariant() + "X"), ("long", inside + new string('a', 300)),
            ("dots", $"{inside}..a"),
        ];
    }

    /// <summary>A new thing of this kind in the first workspace, to be changed by somebody who may.</summary>
    public Task<string> NewAsync(string kind) => NewAsync(kind, Own);

    /// <summary>Makes owners of those again who gave their workspace away.</summary>
    public Task TakeBackAsync() => hub.ExecuteAsync(
        $"UPDATE members SET role = 'owner' WHERE user_id IN ({string.Join(", ", _owners.Select(id => $"'{id}'"))})");

    private async Task<string> NewAsync(string kind, string workspace)
    {
        var name = $"{(workspace == Own ? Mark : "two")}-{_made++}";
        switch (kind)
        {
            case "agents":
                return (await hub.NewAgentAsync(workspace, name)).AgentId;
            case "services":
                var agent = await hub.NewAgentAsync(workspace, name);
                await hub.Services.RecordPublishedAsync(workspace, name, agent.AgentId, $"{name}:1", 20_000 + _made, TestHub.Ended);
                return name;
            case "grants":
                var service = await NewAsync("services", workspace);
                var grant = await hub.Get<ServicePolicy>().GrantAsync(
                    workspace, service, GrantKind.Role, "viewer", null, "test", "127.0.0.1", TestHub.Ended);
                return $"{service}/grants/{grant!.Id}";
            case "members":
                return await MemberAsync(workspace, Role.Viewer);
            case "invitations":
                var made = await hub.Get<Invitations>().CreateAsync(
                    Test(workspace), $"{name}@example.org", Role.Viewer, false, TestHub.Ended);
                return made.Value!.Invitation.Id;
            case "diagnostics":
                return (await hub.Get<Diagnostics>().StoreAsync(workspace, null, "test", $"{{\"{name}\":1}}", TestHub.Ended)).Id;
            case "share-links":
                var links = hub.Get<ShareLinks>();
                var shared = await links.CreateAsync(
                    workspace, await NewAsync("diagnostics", workspace), ShareLinks.MaximumLife, "test", "127.0.0.1", TestHub.Ended);
                return shared!.Value.Link.Id;
            case "keys":
                return (await KeyWithIdAsync(workspace, null, [Scopes.Keys], false)).Id;
            default:
                return Own;
        }
    }

    private async Task DeleteAsync(string kind, string id)
    {
        switch (kind)
        {
            case "agents":
                await hub.Agents.RevokeAsync(Own, id, "test", TestHub.Ended);
                break;
            case "services":
                await hub.Services.DeleteAsync(Own, id, "test", TestHub.Ended);
                break;
            case "grants":
                var parts = id.Split('/');
                await hub.Get<ServicePolicy>().RevokeGrantAsync(Own, parts[0], parts[2], "test", "127.0.0.1", TestHub.Ended);
                break;
            case "members":
                await hub.Get<MemberDirectory>().RemoveAsync(Test(Own), id, TestHub.Ended);
                break;
            case "invitations":
                await hub.Get<Invitations>().WithdrawAsync(Test(Own), id, TestHub.Ended);
                break;
            case "diagnostics":
                await hub.ExecuteAsync($"DELETE FROM diagnostics WHERE id = '{id}'");
                break;
            case "share-links":
                await hub.Get<ShareLinks>().RevokeAsync(Own, id, "test", "127.0.0.1", TestHub.Ended);
                break;
            default:
                await hub.Get<WorkspaceKeys>().RevokeAsync(Test(Own), id, TestHub.Ended);
                break;
        }
    }

    private static Requester Test(string workspace) => new(workspace, Role.Owner, null, "test", "127.0.0.1");

    private async Task AddAsync(string workspace, bool isOwn, string? user, Role role, IReadOnlyList<string> scopes)
    {
        var who = user is null ? "workspace key" : role.Word();
        Principals.Add(new Principal($"{who} of {(isOwn ? "one" : "two")} with {string.Join('+', scopes)}",
            await KeyAsync(workspace, user, scopes), true, isOwn, role, scopes, user is not null));
    }

    private static Principal Nobody(string name, string? key) => new(name, key, false, false, Role.Viewer, []);

    private async Task<string> MemberAsync(string workspace, Role role)
    {
        var now = DateTimeOffset.UnixEpoch;
        var user = Guid.NewGuid().ToString();
        var email = $"{(workspace == Own ? Mark : "two")}-{_made++}@example.org";
        await using var db = hub.Database.Connect();
        await db.InsertAsync(new UserRow { Id = user, Email = email, CreatedAt = now });
        await db.InsertAsync(new MemberRow { WorkspaceId = workspace, UserId = user, Role = role, CreatedAt = now });
        if (role == Role.Owner) _owners.Add(user);
        return user;
    }

    private async Task<string> KeyAsync(string workspace, string? user, IReadOnlyList<string> scopes, bool expired = false) =>
        (await KeyWithIdAsync(workspace, user, scopes, expired)).Key;

    private async Task<(string Id, string Key)> KeyWithIdAsync(
        string workspace, string? user, IReadOnlyList<string> scopes, bool expired)
    {
        var id = Guid.NewGuid().ToString();
        var key = TokenSecret.Create(TokenSecret.ApiKeyPrefix, TokenSecret.KeyBytes);
        await using var db = hub.Database.Connect();
        await db.InsertApiKeyAsync(
            new ApiKeyRow
            {
                Id = id,
                WorkspaceId = workspace,
                UserId = user,
                Name = workspace == Own ? Mark : "two",
                Hash = TokenSecret.Hash(key),
                Prefix = key[..7],
                Scopes = Scopes.Write(scopes),
                CreatedAt = DateTimeOffset.UnixEpoch,
                ExpiresAt = expired ? DateTimeOffset.UnixEpoch.AddSeconds(1) : null,
            },
            TestHub.Ended);
        return (id, key);
    }
}
