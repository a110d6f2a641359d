using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Protocol.Handshake;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

/// <summary>Names, owners and keys of agents over the API, and what goes with an agent.</summary>
public abstract class AgentApiTests(PostgresServer? server) : RightsSuite(server)
{
    [Fact]
    public async Task AgentIsRenamedTaggedAndGivenToAMember()
    {
        var owner = await Hub.OwnerAsync();
        var changed = await SendAsync("PATCH", $"/v1/agents/{Agent.AgentId}", Key,
            """{"label":"build 7","tags":["web","ci","ci"],"ownerId":"owner@example.org"}""");
        Assert.Equal(HttpStatusCode.OK, changed.Status);
        Assert.Equal(["ci", "web"], changed.Json.GetProperty("tags").EnumerateArray().Select(t => t.GetString()));
        var known = Hub.Agents.FindById(Agent.AgentId)!;
        Assert.Equal(("build 7", "ci web", owner.UserId), (known.Label, known.Tags, known.OwnerUserId));
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Equal(known, restarted.Agents.FindById(Agent.AgentId));
        foreach (var (body, code) in new[]
        {
            ("""{"label":""}""", "bad_label"), ("""{"tags":["A"]}""", "bad_tags"), ("""{"tags":[null]}""", "bad_tags"),
            ("""{"ownerId":"x@example.org"}""", "bad_owner"), ("""{"workspaceId":"x"}""", "bad_body"), ("""{"publicKey":""}""", "bad_body"),
        })
            AssertProblem(await SendAsync("PATCH", $"/v1/agents/{Agent.AgentId}", Key, body), HttpStatusCode.BadRequest, code);
        await Hub.Agents.RevokeAsync(Workspace, Agent.AgentId, "test", Ended);
        AssertProblem(await SendAsync("PATCH", $"/v1/agents/{Agent.AgentId}", Key, """{"label":"x"}"""), HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task KeyIsChangedByBothKeysOnly()
    {
        using var old = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var fresh = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var stranger = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var agent = (await Hub.Agents.EnrolAsync(old.ExportSubjectPublicKeyInfo(), "box", Key, "", Ended)).Agent!;
        foreach (var body in new[] { Change(old, fresh, stranger, fresh), Change(old, fresh, old, old), Change(old, fresh, fresh, old), Change(stranger, fresh, stranger, fresh) })
            AssertProblem(await SendAsync("POST", "/v1/agent/key", null, body), HttpStatusCode.Unauthorized, "bad_credentials");
        Assert.NotNull(Hub.Agents.Find(old.ExportSubjectPublicKeyInfo()));

        var good = Change(old, fresh, old, fresh);
        var answer = await SendAsync("POST", "/v1/agent/key", null, good);
        Assert.Equal(agent.AgentId, answer.Json.GetProperty("agentId").GetString());
        Assert.Null(Hub.Agents.Find(old.ExportSubjectPublicKeyInfo()));
        Assert.Equal(agent, Hub.Agents.Find(fresh.ExportSubjectPublicKeyInfo()));
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, good), HttpStatusCode.Unauthorized, "bad_credentials");
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Null(restarted.Agents.Find(old.ExportSubjectPublicKeyInfo()));
        Assert.Equal(agent, restarted.Agents.Find(fresh.ExportSubjectPublicKeyInfo()));
        // Revoked means revoked, whichever key it has by then.
        await Hub.Agents.RevokeAsync(Workspace, agent.AgentId, "test", Ended);
        Assert.True(Hub.Agents.Find(fresh.ExportSubjectPublicKeyInfo())!.Revoked);
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, Change(fresh, stranger, fresh, stranger)), HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Fact]
    public async Task KeyOfAnotherAgentCannotBeTaken()
    {
        using var mine = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var other = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Hub.Agents.EnrolAsync(mine.ExportSubjectPublicKeyInfo(), "mine", Key, "", Ended);
        await Hub.Agents.EnrolAsync(other.ExportSubjectPublicKeyInfo(), "other", Foreign, "", Ended);
        AssertProblem(await SendAsync("POST", "/v1/agent/key", null, Change(mine, other, mine, other)), HttpStatusCode.Unauthorized, "bad_credentials");
    }

    [Fact]
    public async Task EphemeralAgentVanishesWithItsServicesAndRights()
    {
        var token = (await Hub.Tokens.CreateAsync(Requester.Local(Workspace, "test"), TimeSpan.FromHours(1), true, Ended))!;
        var spki = TestKeys.NewSpki();
        var agent = (await Hub.Agents.EnrolAsync(spki, "ci", token, "", Ended)).Agent!;
        Assert.True(agent.Ephemeral);
        await Hub.Services.RecordPublishedAsync(Workspace, "preview", agent.AgentId, "localhost:80", 23001, Ended);
        await SendAsync("PATCH", "/v1/services/preview", Key, """{"reach":"chosen"}""");
        Assert.Equal(["preview"], await Hub.Agents.RemoveAsync(agent, Ended));
        Hub.Services.Removed(Workspace, "preview");
        Assert.Null(Hub.Agents.Find(spki));
        Assert.Null(Hub.Services.Find(Workspace, "preview"));
        AssertProblem(await SendAsync("GET", "/v1/services/preview", Key), HttpStatusCode.NotFound, "not_found");
        await Until.TrueAsync(
            () => Task.FromResult(Hub.Get<ServicePolicy>().Current.RuleOf(Workspace, "preview").IsForEveryone), "its rights are gone");
        await using var restarted = await TestHub.StartAsync(Engine);
        Assert.Null(restarted.Agents.Find(spki));
    }

    private static string Change(ECDsa old, ECDsa fresh, ECDsa signsOld, ECDsa signsNew)
    {
        var (oldKey, newKey) = (old.ExportSubjectPublicKeyInfo(), fresh.ExportSubjectPublicKeyInfo());
        var transcript = RotationTranscript.Build(oldKey, newKey);
        return JsonSerializer.Serialize(new
        {
            publicKey = Convert.ToBase64String(oldKey),
            newPublicKey = Convert.ToBase64String(newKey),
            signature = Convert.ToBase64String(signsOld.SignData(transcript, HashAlgorithmName.SHA256)),
            newSignature = Convert.ToBase64String(signsNew.SignData(transcript, HashAlgorithmName.SHA256)),
        });
    }
}

public sealed class AgentApiTestsOnSqlite() : AgentApiTests(null);

public sealed class AgentApiTestsOnPostgres(PostgresServer server) : AgentApiTests(server);
