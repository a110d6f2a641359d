namespace PrivateConnect.Hub;

/// <summary>Options of a verb of the hub: <c>--name value</c> and <c>--switch</c>, each at most once.</summary>
internal sealed class VerbArguments
{
    private readonly Dictionary<string, string> _given = new(StringComparer.Ordinal);

    /// <summary>An option's value; null when it was not given.</summary>
    public string? this[string name] => _given.GetValueOrDefault(name);

    /// <summary>Reads them; null when one is not known, comes twice or lacks its value.</summary>
    public static VerbArguments? Read(
        IEnumerable<string> arguments, IReadOnlyCollection<string> options, IReadOnlyCollection<string> switches)
    {
        var read = new VerbArguments();
        using var next = arguments.GetEnumerator();
        while (next.MoveNext())
        {
            var name = next.Current;
            var value = "";
            if (options.Contains(name))
            {
                if (!next.MoveNext()) return null;
                value = next.Current;
            }
            else if (!switches.Contains(name))
            {
                return null;
            }

            if (!read._given.TryAdd(name, value)) return null;
        }

        return read;
    }

    public bool Has(string name) => _given.ContainsKey(name);
}
