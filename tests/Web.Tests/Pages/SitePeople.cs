using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Tests.Rights;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>Members of any role and agents for a site under test.</summary>
internal static class SitePeople
{
    public static async Task<string> WorkspaceAsync(this SiteFixture site)
    {
        await using var db = site.App.Services.GetRequiredService<Database>().Connect();
        return (await db.FindWorkspaceAsync("default", CancellationToken.None))!.Id;
    }

    /// <summary>Makes a person of the workspace and logs the browser in as that person; the person's id.</summary>
    public static async Task<string> BecomeAsync(this SiteFixture site, Role role)
    {
        var user = Guid.CreateVersion7().ToString("D");
        var workspace = await site.WorkspaceAsync();
        await using (var connection = site.App.Services.GetRequiredService<Database>().CreateConnection())
        {
            await connection.OpenAsync();
            await using var command = connection.CreateCommand();
            command.CommandText = $"""
                INSERT INTO users (id, email, created_at) VALUES ('{user}', '{role.Word()}@example.org', '2026-01-01T00:00:00.000Z');
                INSERT INTO members (workspace_id, user_id, role, created_at) VALUES ('{workspace}', '{user}', '{role.Word()}', '2026-01-01T00:00:00.000Z');
                """;
            await command.ExecuteNonQueryAsync();
        }

        site.Cookies.Clear();
        site.Cookies["__Host-session"] = await site.App.Services.GetRequiredService<AuthSessions>()
            .CreateAsync(user, "127.0.0.1", "", CancellationToken.None, workspace);
        return user;
    }

    /// <summary>Remembers a service that is down.</summary>
    public static async Task RememberAsync(this SiteFixture site, string name, string target = "localhost:5432", int? port = null) =>
        await site.App.Services.GetRequiredService<ServiceDirectory>().RecordPublishedAsync(
            await site.WorkspaceAsync(), name, await site.EnrolAsync("box"), target, port, CancellationToken.None);

    /// <summary>An agent that was enrolled and is away; its id.</summary>
    public static async Task<string> EnrolAsync(this SiteFixture site, string label)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return await EnrolAsync(site, label, key);
    }

    /// <summary>An agent that is connected over the real protocol.</summary>
    public static async Task<TestAgent> ConnectAsync(this SiteFixture site, string label)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EnrolAsync(site, label, key);
        return await TestAgent.ConnectAsync(site.App.Services.GetRequiredService<FrontDoor>().Api.Port, key);
    }

    /// <summary>A visitor of a tunnel port.</summary>
    public static async Task<Socket> VisitAsync(int port)
    {
        var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await visitor.ConnectAsync(IPAddress.Loopback, port);
        return visitor;
    }

    private static async Task<string> EnrolAsync(SiteFixture site, string label, ECDsa key)
    {
        var services = site.App.Services;
        var token = await services.GetRequiredService<EnrolmentTokens>()
            .CreateAsync(Requester.Local(await site.WorkspaceAsync(), "test"), TimeSpan.FromMinutes(5), false, CancellationToken.None);
        var enrolled = await services.GetRequiredService<AgentDirectory>()
            .EnrolAsync(key.ExportSubjectPublicKeyInfo(), label, token!, "127.0.0.1", CancellationToken.None);
        Assert.NotNull(enrolled.Agent);
        return enrolled.Agent.AgentId;
    }
}
