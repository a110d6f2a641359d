using LinqToDB;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Tests.Support;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>Two workspaces with everything in them, and everybody who might ask.</summary>
internal sealed class MatrixWorld(TestHub hub)
{
    /// <summary>In every name and label of the first workspace; nobody of the second may ever read it.</summary>
    public const string Mark = "mark-of-one";

    private readonly Dictionary<string, (string Own, string Foreign, string Deleted)> _ids = [];
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

        foreach (var kind in (string[])["agents", "services"])
        {
            var deleted = await NewAsync(kind, Own);
            _ids[kind] = (await NewAsync(kind, Own), await NewAsync(kind, Other), deleted);
            await DeleteAsync(kind, deleted);
        }
    }

    /// <summary>The ids that an address of this kind is asked with; the first is one of the first workspace.</summary>
    public IReadOnlyList<(string Name, string Id)> Ids(string kind)
    {
        if (kind.Length == 0) return [("none", "")];
        var (own, foreign, deleted) = _ids[kind];
        return
        [
            ("own", own), ("foreign", foreign), ("deleted", deleted), ("random", Guid.NewGuid().ToString()),
            ("malformed", "%27%20OR%201=1"), ("control character", "a%01"), ("other case", own.ToUpperInvariant() + "X"),
            ("long", new string('a', 300)), ("dots", "..a"),
        ];
    }

    /// <summary>A new thing of this kind in the first workspace, to be changed by somebody who may.</summary>
    public Task<string> NewAsync(string kind) => NewAsync(kind, Own);

    private async Task<string> NewAsync(string kind, string workspace)
    {
        var name = $"{(workspace == Own ? Mark : "two")}-{_made++}";
        var agent = kind == "agents" || _made < 10 ? await hub.NewAgentAsync(workspace, name) : null;
        if (kind == "agents") return agent!.AgentId;
        agent ??= (await hub.NewAgentAsync(workspace, name));
        await hub.Services.RecordPublishedAsync(workspace, name, agent.AgentId, $"{name}:1", 20_000 + _made, TestHub.Ended);
        return name;
    }

    private async Task DeleteAsync(string kind, string id)
    {
        if (kind == "agents") await hub.Agents.RevokeAsync(Own, id, "test", TestHub.Ended);
        else await hub.Services.DeleteAsync(Own, id, "test", TestHub.Ended);
    }

    private async Task AddAsync(string workspace, bool isOwn, string? user, Role role, IReadOnlyList<string> scopes)
    {
        var who = user is null ? "workspace key" : role.Word();
        Principals.Add(new Principal($"{who} of {(isOwn ? "one" : "two")} with {string.Join('+', scopes)}",
            await KeyAsync(workspace, user, scopes), true, isOwn, role, scopes));
    }

    private static Principal Nobody(string name, string? key) => new(name, key, false, false, Role.Viewer, []);

    private async Task<string> MemberAsync(string workspace, Role role)
    {
        var now = DateTimeOffset.UnixEpoch;
        var user = $"user-{_made++}";
        await using var db = hub.Database.Connect();
        await db.InsertAsync(new UserRow { Id = user, Email = $"{user}@example.org", CreatedAt = now });
        await db.InsertAsync(new MemberRow { WorkspaceId = workspace, UserId = user, Role = role, CreatedAt = now });
        return user;
    }

    private async Task<string> KeyAsync(string workspace, string? user, IReadOnlyList<string> scopes, bool expired = false)
    {
        var key = TokenSecret.Create(TokenSecret.ApiKeyPrefix, TokenSecret.KeyBytes);
        await using var db = hub.Database.Connect();
        await db.InsertApiKeyAsync(
            new ApiKeyRow
            {
                Id = Guid.NewGuid().ToString(),
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
        return key;
    }
}
