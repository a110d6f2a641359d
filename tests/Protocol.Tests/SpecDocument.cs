using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Reads docs/protocol.md: its state table and its hex vectors.</summary>
internal static class SpecDocument
{
    private static readonly string[] s_lines = File.ReadAllLines(Path.Combine(AppContext.BaseDirectory, "protocol.md"));

    public static Dictionary<(StreamState, StreamEvent), StreamState?> StateTable()
    {
        var table = new Dictionary<(StreamState, StreamEvent), StreamState?>();
        var start = Array.FindIndex(s_lines, l => l.StartsWith("| state |", StringComparison.Ordinal));
        var events = Cells(s_lines[start]).Skip(1).Select(Enum.Parse<StreamEvent>).ToArray();
        foreach (var line in s_lines.Skip(start + 2).TakeWhile(l => l.StartsWith('|')))
        {
            var cells = Cells(line);
            var state = Enum.Parse<StreamState>(cells[0]);
            for (var i = 0; i < events.Length; i++)
                table[(state, events[i])] = cells[i + 1] == "-" ? null : Enum.Parse<StreamState>(cells[i + 1]);
        }

        return table;
    }

    /// <summary>Name → bytes of every fenced block "hex NAME".</summary>
    public static Dictionary<string, byte[]> Vectors()
    {
        var vectors = new Dictionary<string, byte[]>();
        for (var i = 0; i < s_lines.Length; i++)
        {
            if (!s_lines[i].StartsWith("```hex ", StringComparison.Ordinal))
                continue;
            var hex = string.Concat(s_lines.Skip(i + 1).TakeWhile(l => l != "```").Select(l => l.Split('#')[0].Replace(" ", "")));
            vectors.Add(s_lines[i]["```hex ".Length..].Trim(), Convert.FromHexString(hex));
        }

        return vectors;
    }

    private static string[] Cells(string line) => line.Trim('|', ' ').Split('|').Select(c => c.Trim()).ToArray();
}
