using System.Globalization;
using System.Text;

namespace PrivateConnect.Web.Live;

/// <summary>Rates as the points of an SVG line; drawn with attributes only, so the page needs no inline style.</summary>
internal static class Sparkline
{
    public const int Width = 600;
    public const int Height = 100;

    // Five minutes by the second; some 2.5 KB of text, packed a third. A day shares them: the highest of five minutes.
    private const int MaximumPoints = 300;

    /// <summary>Newest at the right edge; of the steps that share a point the highest. Empty where nothing flowed.</summary>
    public static string Points(IReadOnlyList<float> rates, double peak)
    {
        if (peak < 0.5 || rates.Count == 0)
            return "";
        var count = Math.Min(MaximumPoints, rates.Count);
        var text = new StringBuilder();
        for (var point = 0; point < count; point++)
        {
            var most = 0.0;
            for (var i = point * rates.Count / count; i < (point + 1) * rates.Count / count; i++)
                most = Math.Max(most, rates[i]);
            var x = count == 1 ? Width : point * Width / (count - 1);
            var y = Math.Round(Height - 1 - (most / peak * (Height - 2)));
            text.Append(CultureInfo.InvariantCulture, $"{x},{y} ");
        }

        return text.ToString().TrimEnd();
    }
}
