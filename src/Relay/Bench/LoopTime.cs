using System.Globalization;

namespace PrivateConnect.Relay.Bench;

/// <summary>A loop's thread on the processor and waiting for it, in microseconds so far; zero where the system does not say.</summary>
/// <param name="Running">On the processor.</param>
/// <param name="Waiting">Ready, while others had the processor.</param>
public readonly record struct LoopTime(long Running, long Waiting)
{
    internal static LoopTime OfThread(int thread)
    {
        try
        {
            // Nanoseconds running, nanoseconds waiting, turns (Documentation/scheduler/sched-stats).
            var words = File.ReadAllText($"/proc/self/task/{thread}/schedstat").Split(' ');
            return new LoopTime(Microseconds(words[0]), Microseconds(words[1]));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // A kernel without it: the process's own time must do.
            return default;
        }
    }

    private static long Microseconds(string nanoseconds) => long.Parse(nanoseconds, CultureInfo.InvariantCulture) / 1_000;
}
