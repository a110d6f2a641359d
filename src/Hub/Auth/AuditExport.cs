using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>Writes lines of the audit log in the order of their chains, page by page, as JSON Lines or CSV.</summary>
internal static class AuditExport
{
    public const string JsonLines = "jsonl";
    public const string Csv = "csv";

    private const int PageLines = 500;

    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static bool IsFormat(string? text) => text is JsonLines or Csv;

    public static async Task WriteAsync(
        Database database, IEnumerable<string> workspaceIds, AuditFilter filter, string format, Stream to,
        CancellationToken ct)
    {
        if (format == Csv) await to.WriteAsync(Encoding.UTF8.GetBytes(CsvHeader), ct);
        foreach (var workspaceId in workspaceIds)
        {
            long after = 0;
            while (true)
            {
                // A connection a page: who reads slowly does not keep one.
                List<AuditEventRow> page;
                await using (var db = database.Connect())
                    page = await db.AuditExportPageAsync(workspaceId, filter, after, PageLines, ct);
                using var text = new MemoryStream();
                foreach (var line in page) text.Write(format == Csv ? CsvLine(line) : JsonLine(line));
                await to.WriteAsync(text.GetBuffer().AsMemory(0, (int)text.Length), ct);
                if (page.Count < PageLines) break;
                after = page[^1].Sequence;
            }
        }
    }

    private const string CsvHeader = "workspaceId,sequence,at,actor,address,act,object,outcome,hash\r\n";

    private static byte[] CsvLine(AuditEventRow line) => Encoding.UTF8.GetBytes(string.Join(',',
        Cell(line.WorkspaceId), line.Sequence.ToString(CultureInfo.InvariantCulture), Cell(line.At), Cell(line.Actor),
        Cell(line.Address), Cell(line.Act), Cell(line.Object), Cell(line.Outcome), Cell(line.Hash)) + "\r\n");

    /// <summary>
    /// Quoted, and what a spreadsheet would take for a formula gets an apostrophe in front, which it takes for text.
    /// </summary>
    private static string Cell(string text)
    {
        var formula = text.AsSpan().TrimStart() is ['=' or '+' or '-' or '@', ..];
        return $"\"{(formula ? "'" : "")}{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
    }

    private static ReadOnlySpan<byte> JsonLine(AuditEventRow line)
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, Json))
        {
            json.WriteStartObject();
            json.WriteString("workspaceId", line.WorkspaceId);
            json.WriteNumber("sequence", line.Sequence);
            json.WriteString("at", line.At);
            json.WriteString("actor", line.Actor);
            json.WriteString("address", line.Address);
            json.WriteString("act", line.Act);
            json.WriteString("object", line.Object);
            json.WriteString("outcome", line.Outcome);
            json.WriteString("hash", line.Hash);
            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }
}
