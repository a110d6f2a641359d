using System.Globalization;
using System.Reflection;

namespace PrivateConnect.Hub.Data;

/// <summary>One numbered script, embedded as Migrations/NNNN_name.engine.sql.</summary>
internal sealed record Migration(int Number, string Name, string Sql)
{
    private const string Folder = "Migrations/";

    /// <summary>All scripts of an engine in order; a double number is a mistake of the build.</summary>
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
        for (var i = 1; i < found.Count; i++)
            if (found[i].Number == found[i - 1].Number)
                throw new InvalidOperationException($"Migration {found[i].Number} of {engine} is doubled.");
        return found;
    }

    private static Migration Read(Assembly assembly, string resource, string file)
    {
        using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
        var number = int.Parse(file.AsSpan(0, 4), NumberStyles.None, CultureInfo.InvariantCulture);
        return new Migration(number, file[5..], reader.ReadToEnd());
    }
}
