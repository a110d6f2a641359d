using System.Data.Common;
using System.Globalization;
using System.Reflection;

namespace PrivateConnect.Hub.Data;

/// <summary>One numbered script, embedded as Migrations/NNNN_name.engine.sql, and what only code can do after it.</summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Folder = "Migrations/";

    /// <summary>Runs after the script, in its transaction.</summary>
    public Func<DbConnection, DbTransaction, CancellationToken, Task>? Then { get; init; }

    /// <summary>How lists of migrations name it.</summary>
    public string FullName => $"{Number:0000}_{Name}";

    /// <summary>All scripts of an engine in order; a number may be left out, a double one is a mistake of the build.</summary>
    public static IReadOnlyList<Migration> All(string engine)
    {
        var assembly = Assembly.GetExecutingAssembly();
        var ending = $".{engine}.sql";
        var found = assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal)
                && name.EndsWith(ending, StringComparison.Ordinal))
            .Select(name => Read(assembly, name, name[Folder.Length..^ending.Length]))
            .OrderBy(migration => migration.Number)
            .ToList();
        if (found.GroupBy(migration => migration.Number).FirstOrDefault(same => same.Count() > 1) is { } doubled)
            throw new InvalidOperationException($"Migration {doubled.Key} of {engine} is there twice.");
        return found;
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var number = int.Parse(file.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        return new Migration(number, file[5..], reader.ReadToEnd())
        {
            Then = number == AuditChainStart.Migration ? AuditChainStart.RunAsync : null,
        };
    }
}
