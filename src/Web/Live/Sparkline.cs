using System.Globalization;
using System.Text;

namespace PrivateConnect.Web.Live;

/// <summary>Five minutes of rate as the points of an SVG line; drawn with attributes only, so the page needs no inline style.</summary>
internal static class Sparkline
{
    public const int Width = 150;
    public const int Height = 24;

    // One second each, two seconds a point.
    private const int Seconds = 300;
    private const int PerPoint = Seconds / Width;

    /// <summary>Empty where nothing flowed: a flat line says less than none.</summary>
    public static string Points(IReadOnlyList<double> history)
    {
        var most = 0.0;
        foreach (var rate in history)
            most = Math.Max(most, rate);
        if (most < 0.5)
            return "";
        var points = new StringBuilder();
        // Newest at the right edge, whatever the length; of each two seconds the higher.
        for (var x = 0; x < Width; x++)
        {
            var peak = 0.0;
            for (var i = 0; i < PerPoint; i++)
            {
                var at = history.Count - Seconds + (x * PerPoint) + i;
                if (at >= 0 && at < history.Count)
                    peak = Math.Max(peak, history[at]);
            }

            var y = Height - 1 - (peak / most * (Height - 2));
            points.Append(CultureInfo.InvariantCulture, $"{x},{y:0.#} ");
        }

        return points.ToString().TrimEnd();
    }
}
