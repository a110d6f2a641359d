using System.Diagnostics;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>Waiting for a condition with a generous cap: the cap decides only how long a failure takes.</summary>
internal static class Until
{
    /// <summary>Long enough for a loaded two-core machine; a condition that holds ends the wait at once.</summary>
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    private static readonly TimeSpan PollEvery = TimeSpan.FromMilliseconds(20);

    public static async Task TrueAsync(Func<bool> condition, string what, TimeSpan? cap = null)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            if (watch.Elapsed > (cap ?? Cap))
                throw new TimeoutException($"Not within {(cap ?? Cap).TotalSeconds:0} s: {what}");
            await Task.Delay(PollEvery);
        }
    }

    public static async Task TrueAsync(Func<Task<bool>> condition, string what, TimeSpan? cap = null)
    {
        var watch = Stopwatch.StartNew();
        while (!await condition())
        {
            if (watch.Elapsed > (cap ?? Cap))
                throw new TimeoutException($"Not within {(cap ?? Cap).TotalSeconds:0} s: {what}");
            await Task.Delay(PollEvery);
        }
    }
}
