namespace PrivateConnect.Testing;

/// <summary>Waits for a condition, with a cap far above what any machine needs; a cap that is reached is a failure.</summary>
internal static class Eventually
{
    public static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    public static async Task TrueAsync(Func<bool> condition, string what)
    {
        var since = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(since) > Cap)
                throw new TimeoutException($"Still not: {what}");
            await Task.Delay(5);
        }
    }

    public static Task<T> WithinCap<T>(this Task<T> task) => task.WaitAsync(Cap);

    public static Task WithinCap(this Task task) => task.WaitAsync(Cap);
}
