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
            () => db.CountAgentsAsync("w", Ended),
            () => db.RotateAgentAsync("i", "h", [], "n", Ended),
            () => db.FindDeviceAsync("h", now, Ended),
            () => db.FindOpenDeviceAsync("h", now, Ended),
            () => db.DecideDeviceAsync("h", "denied", "w", "u", now, Ended),
            () => db.SpendDeviceAsync("h", now, Ended),
            () => db.CountDevicesAsync("s", Ended),
            () => db.DeleteExpiredDevicesAsync(now, Ended),
            () => db.DeleteGrantAsync("i", Ended),
            () => db.DeleteExpiredGrantsAsync(now, Ended),
            () => db.FindMemberAsync("w", "e", Ended),
            () => db.MembersAsync("w", Ended),
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
