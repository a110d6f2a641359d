using System.Globalization;
using System.Text;

namespace PrivateConnect.Hub.Api;

/// <summary>Writes the Prometheus text format 0.0.4: a family's head once, then its samples.</summary>
internal sealed class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly StringBuilder _text = new();

    public void Gauge(string name, string help, IEnumerable<(string Labels, double Value)> samples) =>
        Family(name, "gauge", help, samples);

    public void Counter(string name, string help, IEnumerable<(string Labels, double Value)> samples) =>
        Family(name, "counter", help, samples);

    public void Gauge(string name, string help, double value) => Gauge(name, help, [("", value)]);

    /// <summary>Labels of a sample: names are ours, values are escaped.</summary>
    public static string Labels(params ReadOnlySpan<(string Name, string Value)> labels)
    {
        var text = new StringBuilder("{");
        foreach (var (name, value) in labels)
        {
            text.Append(text.Length > 1 ? "," : "").Append(name).Append("=\"")
                .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)
                    .Replace("\n", "\\n", StringComparison.Ordinal))
                .Append('"');
        }

        return text.Append('}').ToString();
    }

    public override string ToString() => _text.ToString();

    private void Family(string name, string type, string help, IEnumerable<(string Labels, double Value)> samples)
    {
        _text.Append("# HELP ").Append(name).Append(' ').Append(help).Append('\n')
            .Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
        foreach (var (labels, value) in samples)
            _text.Append(name).Append(labels).Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');
    }
}
