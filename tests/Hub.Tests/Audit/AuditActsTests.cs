using System.Net;
using System.Security.Cryptography;
using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Protocol.Handshake;
using Xunit;

namespace PrivateConnect.Hub.Tests.Audit;

/// <summary>Each act and its line: who, from where, what to what, and how it went.</summary>
public abstract class AuditActsTests(PostgresServer? server) : HubSuite(server)
{
    private const string From = "192.0.2.9";

    private string _workspace = "";
    private Requester _owner = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _workspace = await Hub.DefaultWorkspaceAsync();
        _owner = await Hub.NewMemberAsync(_workspace, Role.Owner) with { Address = From };
    }

    [Fact]
    public async Task Members()
    {
        var (invitations, members) = (Hub.Get<Invitations>(), Hub.Get<MemberDirectory>());
        var withdrawn = (await invitations.CreateAsync(_owner, "bob@example.org", Role.Viewer, false, Ended)).Value!;
        await LineAsync("member.invite", _owner.Actor, "bob@example.org viewer", "link");
        await invitations.WithdrawAsync(_owner, withdrawn.Invitation.Id, Ended);
        await LineAsync("member.uninvite", _owner.Actor, "bob@example.org");
        var made = (await invitations.CreateAsync(_owner, "eve@example.org", Role.Member, false, Ended)).Value!;
        var eve = (await Hub.Get<Acceptance>().AcceptAsync(Mailbox.TokenOf(made.Link!), null, From, Ended)).Value!.UserId;
        await LineAsync("member.join", $"user {eve}", "eve@example.org member");
        await members.SetRoleAsync(_owner, eve, Role.Admin, Ended);
        await LineAsync("member.role", _owner.Actor, $"{eve} member admin");
        await members.RemoveAsync(_owner, eve, Ended);
        await LineAsync("member.remove", _owner.Actor, eve);
        var bob = await Hub.NewMemberAsync(_workspace, Role.Viewer) with { Address = From };
        await members.RemoveAsync(bob, bob.UserId!, Ended);
        await LineAsync("member.leave", bob.Actor, bob.UserId!);
    }

    [Fact]
    public async Task WorkspacesAndKeys()
    {
        var made = (await Hub.Get<Workspaces>().CreateAsync(_owner.UserId!, "second", _owner.Actor, From, Ended)).Value!;
        await LineAsync("workspace.create", _owner.Actor, "second", workspace: made.Id);
        await Hub.Get<Workspaces>().RenameAsync(_owner, "renamed", Ended);
        await LineAsync("workspace.rename", _owner.Actor, "renamed");
        var key = (await Hub.Get<WorkspaceKeys>().CreateAsync(_owner, "ci", [Scopes.Agents, Scopes.Services], null, false, Ended)).Value!;
        await LineAsync("key.create", _owner.Actor, $"{key.Row.Id} {key.Row.Scopes}");
        await Hub.Tokens.CreateAsync(_owner, TimeSpan.FromHours(1), true, Ended);
        await LineAsync("enrolment-token.make", _owner.Actor, "ephemeral");
        await Hub.Get<WorkspaceKeys>().RevokeAsync(_owner, key.Row.Id, Ended);
        await LineAsync("key.revoke", _owner.Actor, key.Row.Id);
    }

    [Fact]
    public async Task Grants()
    {
        var agent = await Hub.NewAgentAsync(_workspace);
        await Hub.Services.RecordPublishedAsync(_workspace, "db", agent.AgentId, "localhost:1", 23000, Ended);
        var policy = Hub.Get<ServicePolicy>();
        var grant = (await policy.GrantAsync(_workspace, "db", GrantKind.Agent, agent.AgentId, null, _owner.Actor, From, Ended))!;
        var line = await LineAsync("grant.create", _owner.Actor, "db", null);
        Assert.StartsWith($"agent {agent.AgentId} until ", line, StringComparison.Ordinal);
        await policy.RevokeGrantAsync(_workspace, "db", grant.Id, _owner.Actor, From, Ended);
        await LineAsync("grant.revoke", _owner.Actor, "db", $"agent {agent.AgentId}");
    }

    [Fact]
    public async Task Devices()
    {
        var codes = Hub.Get<DeviceCodes>();
        var who = new SessionIdentity("", _owner.UserId!, "", _workspace, "", Role.Owner);
        foreach (var (approve, act) in ((bool, string)[])[(true, "device.approve"), (false, "device.deny")])
        {
            var start = (await codes.StartAsync($"box of {act}", "1.0", false, IPAddress.Parse("198.51.100.1"), Ended))!;
            await codes.DecideAsync(start.UserCode, approve, who, IPAddress.Parse(From), Ended);
            await LineAsync(act, _owner.Actor, $"box of {act}");
        }
    }

    [Fact]
    public async Task AgentsTheirKeysAndTheirEnd()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var next = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var (spki, nextSpki) = (key.ExportSubjectPublicKeyInfo(), next.ExportSubjectPublicKeyInfo());
        var agent = (await Hub.Agents.EnrolAsync(spki, "box", await Hub.NewKeyAsync(_workspace), From, true, Ended)).Agent!;
        await Hub.Agents.ChangeAsync(_workspace, agent.AgentId, "new", "ci", _owner.UserId, _owner.Actor, From, Ended);
        await LineAsync("agent.change", _owner.Actor, agent.AgentId, $"label new, owner {_owner.UserId}, tags ci");
        var transcript = RotationTranscript.Build(spki, nextSpki);
        Assert.NotNull(await Hub.Agents.RotateAsync(
            spki, nextSpki, key.SignData(transcript, HashAlgorithmName.SHA256),
            next.SignData(transcript, HashAlgorithmName.SHA256), From, Ended));
        await LineAsync("agent.rotate", $"agent {agent.AgentId}", agent.AgentId);
        await Hub.Agents.RemoveAsync(agent, Ended);
        await LineAsync("agent.vanish", "hub", agent.AgentId, from: "");
    }

    [Fact]
    public async Task RefusedAgents()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await Assert.ThrowsAsync<HandshakeRefusedException>(() => MemoryAgent.ConnectAsync(Hub, key));
        await Until.TrueAsync(async () => await Hub.CountAuditAsync("agent.connect") == 1, "the stranger's line");
        await LineAsync("agent.connect", "stranger", "", "refused: UnknownAgent", MemoryAgent.From, "");
        var agent = (await Hub.Agents.EnrolAsync(
            key.ExportSubjectPublicKeyInfo(), "box", await Hub.NewKeyAsync(_workspace), From, Ended)).Agent!;
        await Hub.Agents.RevokeAsync(_workspace, agent.AgentId, _owner.Actor, From, Ended);
        await Assert.ThrowsAsync<HandshakeRefusedException>(() => MemoryAgent.ConnectAsync(Hub, key));
        await Until.TrueAsync(async () => await Hub.CountAuditAsync("agent.connect") == 2, "the revoked agent's line");
        await LineAsync("agent.connect", $"agent {agent.AgentId}", agent.AgentId, "refused: Revoked", MemoryAgent.From);
    }

    [Fact]
    public async Task LinksOfTheTerminal()
    {
        var options = new HubOptions { DatabaseUrl = Engine.Url, DataDir = Engine.Folder };
        var terminal = $"terminal {Environment.UserName}";
        using var output = new StringWriter();
        using var errors = new StringWriter();
        await Hub.ExecuteAsync("UPDATE users SET email = 'ada@example.org'");
        Assert.Equal(ExitCodes.Ok, await TerminalVerbs.LoginLinkAsync(options, "ada@example.org", output, errors));
        await LineAsync("login-link.make", terminal, "ada@example.org", from: "", workspace: "");
        Assert.Contains("/login?token=", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Usage, await TerminalVerbs.LoginLinkAsync(options, "nobody@example.org", output, errors));
        Assert.Contains("nobody@example.org", errors.ToString(), StringComparison.Ordinal);
        Assert.Equal(1, await Hub.CountAuditAsync("login-link.make"));
        await Hub.ExecuteAsync("DELETE FROM login_links; DELETE FROM members; DELETE FROM users");
        Assert.Equal(ExitCodes.Ok, await TerminalVerbs.LoginLinkAsync(options, "nobody@example.org", output, errors));
        await LineAsync("setup-link.make", terminal, "", from: "", workspace: "");
        Assert.Contains("/setup?token=", output.ToString(), StringComparison.Ordinal);
    }

    /// <summary>The newest line of an act says exactly this; its outcome is the answer.</summary>
    private async Task<string> LineAsync(
        string act, string actor, string subject, string? outcome = AuditLog.Done, string from = From, string? workspace = null)
    {
        await using var db = Hub.Database.Connect();
        var lines = await db.AuditEvents
            .Where(one => one.Act == act && one.WorkspaceId == (workspace ?? _workspace))
            .OrderByDescending(one => one.Sequence).ToListAsync(Ended);
        Assert.NotEmpty(lines);
        var line = lines[0];
        Assert.Equal((actor, from, subject), (line.Actor, line.Address, line.Object));
        if (outcome is not null) Assert.Equal(outcome, line.Outcome);
        return line.Outcome;
    }
}

public sealed class AuditActsTestsOnSqlite() : AuditActsTests(null);

public sealed class AuditActsTestsOnPostgres(PostgresServer server) : AuditActsTests(server);
