using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>What tests of rights do and ask again and again.</summary>
internal static class RightsSteps
{
    public static async Task<List<(string Actor, string Address, string Object, string Outcome)>> LinesAsync(
        RightsFixture hub, string act)
    {
        await using var db = hub.Get<Hub.Data.Database>().Connect();
        return [.. db.AuditEvents.Where(line => line.Act == act).AsEnumerable()
            .Select(line => (line.Actor, line.Address, line.Object, line.Outcome))];
    }

    /// <summary>
    /// The database learns of a service behind its publisher's back: waits for the newest publishing, and moves the clock
    /// on so that the next one differs.
    /// </summary>
    public static async Task WrittenAsync(RightsFixture hub, string service)
    {
        var newest = hub.Get<ServiceDirectory>().Find(hub.Workspace, service)!.LastPublishedAt;
        await Door.Wait.UntilAsync(async () =>
        {
            await using var db = hub.Get<Hub.Data.Database>().Connect();
            return db.Services.Where(row => row.Name == service).AsEnumerable()
                .Any(row => (row.LastPublishedAt - newest).Duration() < TimeSpan.FromMilliseconds(10));
        });
        hub.Time.Advance(TimeSpan.FromMilliseconds(100));
    }

    public static async Task<int> AuditedAsync(RightsFixture hub, AgentIdentity agent)
    {
        await using var db = hub.Get<Hub.Data.Database>().Connect();
        return db.AuditEvents.Count(line => line.Act == "identity.copied" && line.Object == agent.AgentId);
    }

    public static async Task<SessionEndReason> ReasonAsync(TestAgent agent)
    {
        var end = await agent.Ended.WaitAsync(Door.Wait.Cap);
        return end.Remote?.Code == GoAwayCode.Revoked ? SessionEndReason.Revoked : end.Reason;
    }

    public static int LiveStreams(RightsFixture hub, string service) =>
        hub.Relay.Registry.FindService(hub.Workspace, service)!.Totals().Streams;

    public static async Task<StreamError> RefusedAsync(TestAgent agent, string service)
    {
        var (client, _, over) = await agent.ReachAsync(service);
        using (client)
            return (await over.WaitAsync(Door.Wait.Cap)).Error;
    }

    public static Task ChosenAsync(RightsFixture hub, string service) =>
        ChangeAsync(hub, service, rule => rule with { IsForEveryone = false });

    public static async Task ChangeAsync(RightsFixture hub, string service, Func<ServiceRule, ServiceRule> change)
    {
        await WrittenAsync(hub, service);
        Assert.NotNull(await hub.Policy.ChangeAsync(hub.Workspace, service, change, "test", "", default));
    }

    public static async Task<string> GrantAsync(
        RightsFixture hub, string service, GrantKind kind, string subject, TimeSpan? life) =>
        (await hub.Policy.GrantAsync(
            hub.Workspace, service, kind, subject, hub.Time.GetUtcNow() + life, "test", "", default))!.Id;

    public static async Task<string> OwnerAsync(RightsFixture hub)
    {
        var links = hub.Get<LoginLinks>();
        var link = (await links.CreateSetupAsync(default))!;
        return (await links.RedeemAsync(link, "owner@example.org", default)).UserId!;
    }

    public static async Task ExecuteAsync(RightsFixture hub, string sql)
    {
        await using var connection = hub.Get<Hub.Data.Database>().CreateConnection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<Socket> VisitAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    /// <summary>How a visit ended that is not let in; the reset may be met by connecting itself.</summary>
    public static async Task<string> TurnedAwayAsync(int port)
    {
        try
        {
            using var visitor = await VisitAsync(port);
            return await Door.Wait.EndOfAsync(visitor);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.ConnectionReset)
        {
            return "reset";
        }
    }

    public static bool IsListening(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Loopback, port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
