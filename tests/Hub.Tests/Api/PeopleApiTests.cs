using System.Net;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public abstract class PeopleApiTests(PostgresServer? server) : ApiSuite(server)
{
    private Requester _owner = null!;
    private string _ownerKey = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _owner = await Hub.NewMemberAsync(Workspace, Role.Owner, "owner@example.org");
        _ownerKey = await PersonalKeyAsync(_owner);
    }

    [Fact]
    public async Task MemberIsInvitedPromotedAndRemoved()
    {
        var made = await SendAsync("POST", "/v1/invitations", Key, "{\"email\":\"Bob@example.org\",\"role\":\"member\"}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var token = Mailbox.TokenOf(made.Json.GetProperty("link").GetString()!);
        var invitation = made.Json.GetProperty("invitation").GetProperty("id").GetString();
        Assert.Equal("bob@example.org",
            (await SendAsync("GET", $"/v1/invitations/{invitation}", Key)).Json.GetProperty("email").GetString());
        Assert.DoesNotContain("pi_", (await SendAsync("GET", "/v1/invitations", Key)).Text, StringComparison.Ordinal);
        var bob = (await Hub.Get<Acceptance>().AcceptAsync(token, null, "", Ended)).Value!.UserId;

        Assert.Equal("admin", (await SendAsync("PATCH", $"/v1/members/{bob}", Key, "{\"role\":\"admin\"}"))
            .Json.GetProperty("role").GetString());
        AssertProblem(await SendAsync("PATCH", $"/v1/members/{bob}", Key, "{\"role\":\"owner\"}"),
            HttpStatusCode.Forbidden, "not_allowed");
        AssertProblem(await SendAsync("PATCH", $"/v1/members/{bob}", Key, "{\"role\":\"Root\"}"),
            HttpStatusCode.BadRequest, "bad_role");
        AssertProblem(await SendAsync("DELETE", $"/v1/members/{_owner.UserId}", _ownerKey),
            HttpStatusCode.Conflict, "last_owner");
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/members/{bob}", Key)).Status);
        AssertProblem(await SendAsync("GET", $"/v1/members/{bob}", Key), HttpStatusCode.NotFound, "not_found");
        Assert.Equal([_owner.UserId], (await SendAsync("GET", "/v1/members", Key)).Json.GetProperty("items")
            .EnumerateArray().Select(item => item.GetProperty("userId").GetString()));
    }

    [Fact]
    public async Task OwnerHandsOver()
    {
        var bob = await Hub.NewMemberAsync(Workspace, Role.Viewer);
        AssertProblem(await SendAsync("POST", $"/v1/members/{bob.UserId}/transfer", Key),
            HttpStatusCode.Forbidden, "missing_role");
        Assert.Equal("owner", (await SendAsync("POST", $"/v1/members/{bob.UserId}/transfer", _ownerKey))
            .Json.GetProperty("role").GetString());
        Assert.Equal("admin", (await SendAsync("GET", $"/v1/members/{_owner.UserId}", _ownerKey))
            .Json.GetProperty("role").GetString());
    }

    [Fact]
    public async Task KeyIsMadeListedAndRevoked()
    {
        var made = await SendAsync("POST", "/v1/api-keys", _ownerKey,
            "{\"name\":\"ci\",\"scopes\":[\"agents\"],\"personal\":true}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        var secret = made.Json.GetProperty("secret").GetString()!;
        var id = made.Json.GetProperty("key").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/agents", secret)).Status);
        AssertProblem(await SendAsync("GET", "/v1/members", secret), HttpStatusCode.Forbidden, "missing_scope");
        AssertProblem(await SendAsync("POST", "/v1/api-keys", Key,
            "{\"name\":\"ci\",\"scopes\":[\"agents\"],\"personal\":true}"), HttpStatusCode.Forbidden, "not_allowed");
        var list = await SendAsync("GET", "/v1/api-keys", Key);
        Assert.DoesNotContain(secret, list.Text, StringComparison.Ordinal);
        Assert.Contains(id!, list.Text, StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/api-keys/{id}", _ownerKey)).Status);
        AssertProblem(await SendAsync("GET", "/v1/agents", secret), HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Fact]
    public async Task KeyCannotGiveWhatItLacks()
    {
        var narrow = await Hub.NewKeyAsync(Workspace, Scopes.Keys);
        AssertProblem(await SendAsync("POST", "/v1/api-keys", narrow, "{\"name\":\"x\",\"scopes\":[\"agents\"]}"),
            HttpStatusCode.Forbidden, "not_allowed");
        AssertProblem(await SendAsync("POST", "/v1/api-keys", narrow, "{\"name\":\"x\",\"scopes\":[\"root\"]}"),
            HttpStatusCode.BadRequest, "bad_value");
    }

    [Fact]
    public async Task PersonsOwnThingsNeedAPersonalKey()
    {
        foreach (var (method, path) in new[]
            { ("GET", "/v1/workspaces"), ("GET", "/v1/sessions"), ("DELETE", "/v1/sessions") })
            AssertProblem(await SendAsync(method, path, Key), HttpStatusCode.Forbidden, "personal_key_needed");
        var cookie = await Hub.Sessions.CreateAsync(_owner.UserId!, "192.0.2.1", "browser", Ended);
        var other = await Hub.Sessions.CreateAsync(_owner.UserId!, "192.0.2.1", "other", Ended);
        var id = (await SendAsync("GET", "/v1/sessions", _ownerKey)).Json.GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("userAgent").GetString() == "browser").GetProperty("id").GetString();
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", $"/v1/sessions/{id}", _ownerKey)).Status);
        Assert.Null(await Hub.Sessions.FindAsync(cookie, Ended));
        Assert.NotNull(await Hub.Sessions.FindAsync(other, Ended));
        Assert.Equal(HttpStatusCode.NoContent, (await SendAsync("DELETE", "/v1/sessions", _ownerKey)).Status);
        Assert.Null(await Hub.Sessions.FindAsync(other, Ended));
    }

    [Fact]
    public async Task WorkspaceIsMadeAndRenamedByItsOwnPeople()
    {
        var made = await SendAsync("POST", "/v1/workspaces", _ownerKey, "{\"name\":\"Second\"}");
        Assert.Equal(HttpStatusCode.Created, made.Status);
        Assert.Equal(2, (await SendAsync("GET", "/v1/workspaces", _ownerKey)).Json.GetProperty("items").GetArrayLength());
        // A key sees its own workspace only, though its person owns the other too.
        var second = made.Json.GetProperty("id").GetString();
        AssertProblem(await SendAsync("GET", $"/v1/workspaces/{second}", _ownerKey), HttpStatusCode.NotFound, "not_found");
        AssertProblem(await SendAsync("PATCH", $"/v1/workspaces/{second}", _ownerKey, "{\"name\":\"x\"}"),
            HttpStatusCode.NotFound, "not_found");
        Assert.Equal("Ops", (await SendAsync("PATCH", $"/v1/workspaces/{Workspace}", Key, "{\"name\":\"Ops\"}"))
            .Json.GetProperty("name").GetString());
        AssertProblem(await SendAsync("PATCH", $"/v1/workspaces/{Workspace}", Key, "{\"name\":\" \"}"),
            HttpStatusCode.BadRequest, "bad_value");
    }

    [Fact]
    public async Task ForeignIdsAreTheSameBytesAsNone()
    {
        Client.DefaultRequestHeaders.Add("X-Request-Id", "same");
        var foreign = await Hub.NewMemberAsync(await Hub.NewWorkspaceAsync("other"), Role.Owner);
        var key = (await Hub.Get<WorkspaceKeys>().CreateAsync(foreign, "k", [Scopes.Agents], null, false, Ended)).Value!.Row.Id;
        var invitation = (await Hub.Get<Invitations>().CreateAsync(foreign, "x@example.org", Role.Member, false, Ended))
            .Value!.Invitation.Id;
        await Hub.Sessions.CreateAsync(foreign.UserId!, "", "", Ended);
        var session = (await Hub.Sessions.OfAsync(foreign.UserId!, Ended)).Single().Id;
        foreach (var (path, id) in new[]
            { ("members", foreign.UserId!), ("api-keys", key), ("invitations", invitation), ("sessions", session) })
            foreach (var method in path == "sessions" ? ["DELETE"] : new[] { "GET", "DELETE" })
            {
                var theirs = await SendAsync(method, $"/v1/{path}/{id}", _ownerKey);
                AssertProblem(theirs, HttpStatusCode.NotFound, "not_found");
                foreach (var none in (string[])[Guid.NewGuid().ToString(), "x", "'%20OR%201=1"])
                    Assert.Equal(theirs.Text, (await SendAsync(method, $"/v1/{path}/{none}", _ownerKey)).Text);
            }
    }

    [Fact]
    public async Task ListsHoldNoSecretAndNoHashOfOne()
    {
        await Hub.Get<Invitations>().CreateAsync(_owner, "x@example.org", Role.Member, false, Ended);
        await Hub.Sessions.CreateAsync(_owner.UserId!, "192.0.2.1", "browser", Ended);
        var names = new Dictionary<string, string[]>
        {
            ["members"] = ["createdAt", "email", "role", "userId"],
            ["invitations"] = ["createdAt", "email", "expiresAt", "id", "mailed", "role"],
            ["api-keys"] = ["createdAt", "expiresAt", "id", "lastUsedAt", "name", "prefix", "scopes", "userId"],
            ["workspaces"] = ["createdAt", "id", "name", "role"],
            ["sessions"] = ["address", "createdAt", "expiresAt", "id", "lastSeenAt", "userAgent", "workspaceId"],
        };
        foreach (var (path, expected) in names)
        {
            var items = (await SendAsync("GET", $"/v1/{path}", _ownerKey)).Json.GetProperty("items").EnumerateArray().ToList();
            Assert.NotEmpty(items);
            foreach (var item in items)
                Assert.Equal(expected, item.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public async Task ViewerSeesAndChangesNothing()
    {
        var key = await PersonalKeyAsync(await Hub.NewMemberAsync(Workspace, Role.Viewer));
        Assert.Equal(HttpStatusCode.OK, (await SendAsync("GET", "/v1/members", key)).Status);
        foreach (var (method, path, body) in new[]
        {
            ("POST", "/v1/invitations", "{\"email\":\"x@example.org\",\"role\":\"viewer\"}"),
            ("PATCH", $"/v1/members/{_owner.UserId}", "{\"role\":\"viewer\"}"),
            ("PATCH", $"/v1/workspaces/{Workspace}", "{\"name\":\"x\"}"),
            ("POST", $"/v1/members/{_owner.UserId}/transfer", null),
        })
            AssertProblem(await SendAsync(method, path, key, body), HttpStatusCode.Forbidden, "missing_role");
        AssertProblem(await SendAsync("DELETE", $"/v1/members/{_owner.UserId}", key), HttpStatusCode.Forbidden, "not_allowed");
        AssertProblem(await SendAsync("POST", "/v1/api-keys", key, "{\"name\":\"x\",\"scopes\":[\"agents\"]}"),
            HttpStatusCode.Forbidden, "not_allowed");
    }

    [Theory]
    [InlineData("/v1/invitations", "{\"email\":\"x@example.org\",\"role\":\"member\",\"workspaceId\":\"x\"}")]
    [InlineData("/v1/api-keys", "{\"name\":\"x\",\"scopes\":[\"agents\"],\"userId\":\"x\"}")]
    [InlineData("/v1/api-keys", "{\"name\":\"x\",\"scopes\":null}")]
    [InlineData("/v1/workspaces", "{\"name\":\"x\",\"slug\":\"default\"}")]
    [InlineData("/v1/workspaces", "{\"name\":null}")]
    public async Task BodiesHoldWhatMayBeWrittenAlone(string path, string body) =>
        AssertProblem(await SendAsync("POST", path, _ownerKey, body), HttpStatusCode.BadRequest, "bad_body");

    private async Task<string> PersonalKeyAsync(Requester by) =>
        (await Hub.Get<WorkspaceKeys>().CreateAsync(by, "mine", Scopes.All, null, true, Ended)).Value!.Secret;
}

public sealed class PeopleApiTestsOnSqlite() : PeopleApiTests(null);

public sealed class PeopleApiTestsOnPostgres(PostgresServer server) : PeopleApiTests(server);
