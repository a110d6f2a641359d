using System.Data.Common;
using System.Reflection;
using System.Text;
using System.Text.RegularExpressions;
using LinqToDB.Interceptors;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Retention;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

/// <summary>
/// Every query of every class of queries is run with invented arguments, and each statement that comes of it finds its
/// rows by an index, as the engine's own planner tells.
/// </summary>
public abstract class QueryPlanTests(PostgresServer? server) : HubSuite(server)
{
    private static readonly Regex s_indexScan = new("Index (Only )?Scan", RegexOptions.None, TimeSpan.FromSeconds(10));

    /// <summary>Twice: with a value for everything, and with null for what may be null, which makes other SQL.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task NoQueryScansATable(bool withNulls)
    {
        var seen = 0;
        foreach (var query in Queries())
        {
            if (withNulls && !query.GetParameters().Any(MayBeNull)) continue;
            foreach (var (sql, parameters) in await StatementsAsync(query, withNulls))
            {
                await ScansNothingAsync($"{query.DeclaringType!.Name}.{query.Name}", sql, parameters);
                // A function around a column hides it from its index.
                Assert.DoesNotContain("strftime", sql, StringComparison.OrdinalIgnoreCase);
                seen++;
            }
        }

        Assert.True(seen > (withNulls ? 5 : 20), $"only {seen} statements seen");
    }

    [Fact]
    public async Task NoRetentionRuleScansATable()
    {
        foreach (var rule in RetentionRule.All)
        {
            await using var connection = Hub.Database.CreateConnection();
            await using var command = connection.CreateCommand();
            var before = command.CreateParameter();
            (before.ParameterName, before.Value) = ("before", Engine.IsPostgres ? DateTime.UnixEpoch : "1970-01-01T00:00:00.000Z");
            await ScansNothingAsync(rule.Table, RetentionJob.Sweep(rule, Engine.IsPostgres), [before]);
        }
    }

    private async Task ScansNothingAsync(string what, string sql, List<DbParameter> parameters)
    {
        var plan = await PlanAsync(sql, parameters);
        Assert.False(Scans(plan), $"{what}:\n{sql}\n{plan}");
    }

    private static IEnumerable<MethodInfo> Queries() => typeof(HubDb).Assembly.GetTypes()
        .Where(type => type.Namespace == typeof(HubDb).Namespace && type.Name.EndsWith("Queries", StringComparison.Ordinal))
        .SelectMany(type => type.GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly))
        .Where(method => method.GetParameters() is [{ ParameterType: var first }, ..] && first == typeof(HubDb)
            && method.GetCustomAttribute<NeedsNoIndexAttribute>() is null);

    private bool Scans(string plan) => Engine.IsPostgres
        ? plan.Contains("Seq Scan", StringComparison.Ordinal) || ReadsAWholeIndex(plan)
        : plan.Contains("SCAN ", StringComparison.Ordinal) && !plan.Contains("SCAN CONSTANT ROW", StringComparison.Ordinal);

    /// <summary>An index without a condition is read from end to end: the table in another order. What follows a node is its own.</summary>
    private static bool ReadsAWholeIndex(string plan)
    {
        var nodes = plan.Split("->");
        return nodes.Any(node => s_indexScan.IsMatch(node.Split('\n')[0]) && !node.Contains("Index Cond:", StringComparison.Ordinal));
    }

    private async Task<List<(string Sql, List<DbParameter> Parameters)>> StatementsAsync(MethodInfo query, bool withNulls)
    {
        var statements = new Statements();
        await using var db = Hub.Database.Connect();
        db.AddInterceptor(statements);
        try
        {
            await using var transaction = await db.BeginTransactionAsync(Ended);
            var arguments = query.GetParameters().Skip(1).Select(parameter =>
                withNulls && MayBeNull(parameter) ? null : Invent(parameter.ParameterType));
            await (Task)query.Invoke(null, [db, .. arguments])!;
        }
        catch (Exception refused) when (DatabaseFailure.IsRefusal(refused) || refused is InvalidOperationException)
        {
            // The rows are invented, or there is none where one must be; only the statements are wanted.
        }

        return statements.Seen;
    }

    private static bool MayBeNull(ParameterInfo parameter) =>
        new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;

    private static object? Invent(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(string)) return "x";
        if (type == typeof(DateTimeOffset)) return DateTimeOffset.UnixEpoch;
        if (type == typeof(CancellationToken)) return Ended;
        if (type == typeof(TimeProvider)) return TimeProvider.System;
        if (type == typeof(byte[])) return new byte[] { 1 };
        if (type.IsEnum) return Enum.GetValues(type).GetValue(0);
        if (type.IsPrimitive) return Convert.ChangeType(1, type);
        if (type.IsAssignableFrom(typeof(string[]))) return new[] { "x", "y" };
        if (type.IsInterface || type.IsArray) return Array.CreateInstance(type.GetElementType() ?? type.GetGenericArguments()[0], 0);
        if (type.GetConstructors().MaxBy(one => one.GetParameters().Length) is not { } made) return null;
        var row = made.Invoke([.. made.GetParameters().Select(parameter => Invent(parameter.ParameterType))]);
        foreach (var member in type.GetProperties().Where(one => one.CanWrite && made.GetParameters().Length == 0))
            member.SetValue(row, Invent(member.PropertyType));
        return row;
    }

    private async Task<string> PlanAsync(string sql, List<DbParameter> parameters)
    {
        await using var connection = Hub.Database.CreateConnection();
        await connection.OpenAsync(Ended);
        await using var command = connection.CreateCommand();
        if (Engine.IsPostgres)
        {
            // The tables are empty: without this reading them whole would always be cheapest.
            command.CommandText = "SET enable_seqscan = off";
            await command.ExecuteNonQueryAsync(Ended);
        }

        command.CommandText = (Engine.IsPostgres ? "EXPLAIN " : "EXPLAIN QUERY PLAN ") + sql;
        foreach (var parameter in parameters)
        {
            var copy = command.CreateParameter();
            (copy.ParameterName, copy.Value, copy.DbType) = (parameter.ParameterName, parameter.Value, parameter.DbType);
            command.Parameters.Add(copy);
        }

        await using var reader = await command.ExecuteReaderAsync(Ended);
        var plan = new StringBuilder();
        while (await reader.ReadAsync(Ended)) plan.Append(reader.GetValue(reader.FieldCount - 1)).Append('\n');
        return plan.ToString();
    }

    private sealed class Statements : CommandInterceptor
    {
        public List<(string Sql, List<DbParameter> Parameters)> Seen { get; } = [];

        public override DbCommand CommandInitialized(CommandEventData eventData, DbCommand command)
        {
            if (!command.CommandText.StartsWith("INSERT", StringComparison.OrdinalIgnoreCase))
                Seen.Add((command.CommandText, [.. command.Parameters.Cast<DbParameter>()]));
            return command;
        }
    }
}

public sealed class QueryPlanTestsOnSqlite() : QueryPlanTests(null);

public sealed class QueryPlanTestsOnPostgres(PostgresServer server) : QueryPlanTests(server);
