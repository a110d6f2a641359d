using System.Globalization;
using System.Text;

namespace PrivateConnect.LoadTests.Reporting;

/// <summary>Panels of horizontal bars side by side, each with its own scale from zero; light and dark by the reader's choice.</summary>
internal sealed class SvgChart(string title, IReadOnlyList<Panel> panels)
{
    private const int Width = 860;
    private const int Margin = 16;
    private const int Columns = 2;
    private const int LabelWidth = 176;
    private const int ValueWidth = 46;
    private const int RowHeight = 19;
    private const int BarHeight = 11;
    private const int HeadHeight = 44;
    private const int Gap = 24;

    private const string Style = """
        <style>
        text{font:12px system-ui,-apple-system,"Segoe UI",sans-serif;fill:#1f2328}
        .t{font-weight:600}.u,.l{fill:#59636e}.n{font-variant-numeric:tabular-nums}
        .b{fill:#afb8c1}.o{fill:#0969da}.a{stroke:#d1d9e0}.own{font-weight:600;fill:#1f2328}
        @media(prefers-color-scheme:dark){
        text,.own{fill:#e6edf3}.u,.l{fill:#9198a1}.b{fill:#57606a}.o{fill:#4493f8}.a{stroke:#3d444d}
        .own{fill:#e6edf3}}
        </style>
        """;

    public string Write()
    {
        var shown = panels.Where(panel => panel.Bars.Count > 0).ToList();
        var body = new StringBuilder();
        var (top, panelWidth) = (Margin, (Width - 2 * Margin - (Columns - 1) * Gap) / Columns);
        for (var first = 0; first < shown.Count; first += Columns)
        {
            var line = shown.Skip(first).Take(Columns).ToList();
            for (var i = 0; i < line.Count; i++) Draw(body, line[i], Margin + i * (panelWidth + Gap), top, panelWidth);
            top += HeadHeight + line.Max(panel => panel.Bars.Count) * RowHeight + Gap;
        }

        var height = top - Gap + Margin;
        return FormattableString.Invariant($"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" width="{Width}" height="{height}" role="img">
            <title>{title}</title>
            {Style}
            {body.ToString().TrimEnd()}
            </svg>

            """);
    }

    private static void Draw(StringBuilder body, Panel panel, int left, int top, int width)
    {
        Text(body, left, top + 12, "t", "", panel.Title);
        Text(body, left, top + 28, "u", "", panel.Unit);
        var (axis, room) = (left + LabelWidth, width - LabelWidth - ValueWidth);
        var most = panel.Bars.Max(bar => bar.Value);
        for (var i = 0; i < panel.Bars.Count; i++)
        {
            var bar = panel.Bars[i];
            var y = top + HeadHeight + i * RowHeight;
            var length = Math.Max(1, bar.Value / most * room);
            Text(body, axis - 8, y + 10, bar.IsOurs ? "own" : "l", " text-anchor=\"end\"", bar.Label);
            body.Append(CultureInfo.InvariantCulture,
                $"<rect class=\"{(bar.IsOurs ? "o" : "b")}\" x=\"{axis}\" y=\"{y}\" width=\"{length:0.#}\" height=\"{BarHeight}\" rx=\"1.5\"/>\n");
            Text(body, axis + length + 5, y + 10, "n", "", Report.Number(bar.Value));
        }

        body.Append(CultureInfo.InvariantCulture,
            $"<line class=\"a\" x1=\"{axis}\" y1=\"{top + HeadHeight - 4}\" x2=\"{axis}\" y2=\"{top + HeadHeight + panel.Bars.Count * RowHeight - 4}\"/>\n");
    }

    private static void Text(StringBuilder body, double x, double y, string style, string more, string text) =>
        body.Append(CultureInfo.InvariantCulture, $"<text class=\"{style}\" x=\"{x:0.#}\" y=\"{y:0.#}\"{more}>{text}</text>\n");
}

/// <summary>One measure over all paths.</summary>
internal sealed record Panel(string Title, string Unit, IReadOnlyList<SvgBar> Bars);

internal sealed record SvgBar(string Label, double Value, bool IsOurs);
