using System.Diagnostics;

namespace PrivateConnect.Hub.Tests.Support;

internal static class Until
{
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    /// <summary>Asks until the answer is yes; fails after a cap that only a broken build reaches.</summary>
    public static async Task TrueAsync(Func<Task<bool>> asked, string what, Action? between = null)
    {
        var waiting = Stopwatch.StartNew();
        while (!await asked())
        {
            if (waiting.Elapsed > Cap) throw new TimeoutException($"Not within {Cap}: {what}");
            between?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(20));
        }
    }
}
