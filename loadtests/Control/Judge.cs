using System.Globalization;

namespace PrivateConnect.LoadTests.Control;

/// <summary>What a load test of the control layer asks of itself: prints each bar, met or missed, and remembers whether one was missed.</summary>
internal sealed class Judge
{
    /// <summary>0 when every bar was met.</summary>
    public int ExitCode { get; private set; }

    public void AtMost(string what, double value, double bar, string unit) => Say(what, value, "≤", bar, unit, value <= bar);

    public void AtLeast(string what, double value, double bar, string unit) => Say(what, value, "≥", bar, unit, value >= bar);

    private void Say(string what, double value, string sign, double bar, string unit, bool isMet)
    {
        // A figure that is none (nothing was measured) meets nothing.
        if (!isMet) ExitCode = 1;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {(isMet ? "met" : "missed"),-8}{what}: {value:0.00} {unit}, bar {sign} {bar:0.00}"));
    }
}
