namespace PrivateConnect.Hub.Api;

/// <summary>
/// Changes of one thing go one after another, so that what If-Match compared is what is changed. Things share turns by
/// hash: two that collide wait for each other, which costs time and nothing else.
/// </summary>
internal sealed class ChangeTurns
{
    // Far more than changes at once (a hub's database takes 20 connections).
    private const int Count = 256;

    private readonly SemaphoreSlim[] _turns = [.. Enumerable.Range(0, Count).Select(_ => new SemaphoreSlim(1))];

    public Task<T> InTurnAsync<T>(string thing, Func<Task<T>> act, CancellationToken ct) =>
        _turns[(uint)string.GetHashCode(thing, StringComparison.OrdinalIgnoreCase) % Count].InTurnAsync(act, ct);
}
