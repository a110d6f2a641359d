using System.Text;
using LinqToDB.Data;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

/// <summary>The queries that run on a request find their rows by an index, on SQLite as its planner tells.</summary>
public sealed class QueryPlanTests() : HubSuite(null)
{
    [Fact]
    public async Task NoRequestScansATable()
    {
        await using var db = Hub.Database.Connect();
        var now = DateTimeOffset.UnixEpoch;
        Func<Task>[] queries =
        [
            () => db.FindApiKeyAsync("h", now, Ended),
            () => db.FindTokenAsync("h", now, Ended),
            () => db.SpendTokenAsync("h", now, Ended),
            () => db.FindAgentAsync("w", "i", Ended),
            () => db.FindAgentByKeyAsync("h", Ended),
            () => db.AgentsPageAsync("w", "i", 51, Ended),
            () => db.RevokeAgentAsync("w", "i", now, Ended),
            () => db.TouchAgentAsync("i", "a", now, Ended),
            () => db.FindUserByEmailAsync("e", Ended),
            () => db.FindLinkAsync("h", now, Ended),
            () => db.SpendLinkAsync("h", now, Ended),
            () => db.KillLinksAsync("u", now, Ended),
            () => db.FirstMembershipAsync("u", Ended),
            () => db.FindSessionAsync("h", now, now, Ended),
            () => db.TouchSessionAsync("h", now, Ended),
            () => db.SessionsOfAsync("u", now, now, 50, Ended),
            () => db.DeleteSessionOfAsync("u", "i", Ended),
            () => db.DeleteSessionsOfAsync("u", Ended),
            () => db.DeleteSessionsInAsync("w", "u", Ended),
            () => db.SwitchSessionAsync("u", "i", "w", Ended),
            () => db.WorkspacesOfAsync("u", Ended),
            () => db.OwnedWorkspacesAsync("u", Ended),
            () => db.LockWorkspaceAsync("w", Ended),
            () => db.MembersPageAsync("w", "i", 51, Ended),
            () => db.FindMemberEntryAsync("w", "u", Ended),
            () => db.HasMemberAsync("w", "e", Ended),
            () => db.OwnersAsync("w", Ended),
            () => db.SetRoleAsync("w", "u", Role.Member, Ended),
            () => db.DeleteMemberAsync("w", "u", Ended),
            () => db.KeysPageAsync("w", "u", "i", 51, Ended),
            () => db.KeyAsync("w", null, "i", Ended),
            () => db.UsableKeysAsync("w", now, Ended),
            () => db.RevokeKeyAsync("i", now, Ended),
            () => db.RevokePersonalKeysAsync("u", "w", now, Ended),
            () => db.TouchKeyAsync("i", now, Ended),
            () => db.FindInvitationAsync("h", now, Ended),
            () => db.SpendInvitationAsync("h", now, Ended),
            () => db.InvitationsPageAsync("w", "i", 51, now, Ended),
            () => db.OpenInvitationAsync("w", "i", now, Ended),
            () => db.OpenInvitationsAsync("w", now, Ended),
            () => db.DeleteInvitationAsync("w", "i", Ended),
            () => db.DeleteOpenInvitationAsync("w", "e", Ended),
            () => db.DeleteInvitationsByAsync("w", "u", Ended),
            () => db.FindUserByIdentityAsync("i", "s", Ended),
            () => db.VerifyUserAsync("u", now, Ended),
            () => db.DeleteServiceAsync("w", "n", Ended),
            () => db.SaveServiceAsync(new ServiceRecord("w", "n", "a", "t", null, now), now, Ended),
        ];
        var seen = 0;
        foreach (var query in queries)
        {
            try
            {
                await query();
            }
            catch (Exception refused) when (DatabaseFailure.IsConstraint(refused))
            {
                // The rows are invented; only the statement is wanted.
            }

            var sql = db.LastQuery!;
            if (sql.Contains("INSERT", StringComparison.Ordinal)) continue;
            var plan = await PlanAsync(sql);
            Assert.Contains("SEARCH", plan, StringComparison.Ordinal);
            Assert.False(plan.Contains("SCAN", StringComparison.Ordinal), $"{sql}\n{plan}");
            Assert.DoesNotContain("strftime", sql, StringComparison.OrdinalIgnoreCase);
            seen++;
        }

        Assert.Equal(queries.Length - 1, seen);
    }

    private async Task<string> PlanAsync(string sql)
    {
        // The text of the last query begins with comments and declarations of its parameters.
        var start = sql.AsSpan().IndexOfAny(System.Buffers.SearchValues.Create(["SELECT", "UPDATE", "DELETE"],
            StringComparison.Ordinal));
        await using var connection = Hub.Database.CreateConnection();
        await connection.OpenAsync(Ended);
        await using var command = connection.CreateCommand();
        command.CommandText = "EXPLAIN QUERY PLAN " + sql[start..];
        var parameters = System.Text.RegularExpressions.Regex.Matches(command.CommandText, "@[A-Za-z_0-9]+");
        foreach (var name in parameters.Select(match => match.Value).Distinct())
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = name;
            parameter.Value = "x";
            command.Parameters.Add(parameter);
        }

        await using var reader = await command.ExecuteReaderAsync(Ended);
        var plan = new StringBuilder();
        while (await reader.ReadAsync(Ended)) plan.Append(reader.GetString(3)).Append('\n');
        return plan.ToString();
    }
}
