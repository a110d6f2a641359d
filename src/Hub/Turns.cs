namespace PrivateConnect.Hub;

/// <summary>Acts that go one after another, by a semaphore of one.</summary>
internal static class Turns
{
    /// <summary>Waits for the turn, acts, and gives it on however the act ends.</summary>
    public static async Task<T> InTurnAsync<T>(this SemaphoreSlim turn, Func<Task<T>> act, CancellationToken ct)
    {
        await turn.WaitAsync(ct);
        try
        {
            return await act();
        }
        finally
        {
            turn.Release();
        }
    }

    /// <summary>The same for an act without a result.</summary>
    public static Task InTurnAsync(this SemaphoreSlim turn, Func<Task> act, CancellationToken ct) => turn.InTurnAsync(
        async () =>
        {
            await act();
            return true;
        },
        ct);
}
