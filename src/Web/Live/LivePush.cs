using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Live;

/// <summary>
/// Sends a page's parts as server-sent events, each when its text changed, once a second at most. Nothing is queued: who
/// reads slowly gets the newest text when the last one left. Ends with the session, its role and workspace, and the thing shown.
/// </summary>
public sealed class LivePush(
    LiveView live, LiveFragments fragments, LiveSeats seats, AuthSessions sessions, IHostApplicationLifetime life, TimeProvider time)
{
    /// <summary>Proxies cut what is silent for a minute.</summary>
    public static readonly TimeSpan KeepAlive = TimeSpan.FromSeconds(15);

    /// <summary>Why a page stops being live, for its script: load it again, or say that newer pages took its place.</summary>
    private const string Ended = "ended", Moved = "moved";

    public async Task RunAsync(HttpContext http, SessionIdentity who, IReadOnlyList<LivePart> parts, string? have)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(who);
        ArgumentNullException.ThrowIfNull(parts);
        using var seat = seats.TryTake(who.SessionId);
        if (seat is null)
        {
            http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return;
        }

        using var over = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, life.ApplicationStopping);
        await using var events = new EventWriter(http, time);
        try
        {
            await SendAsync(http, who, parts, Known(http, parts, have), seat, events, over.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went or did not read, or the hub stops: the browser comes back by itself.
        }
    }

    private async Task SendAsync(
        HttpContext http, SessionIdentity who, IReadOnlyList<LivePart> parts, string?[] known, LiveSeats.Seat seat, EventWriter events,
        CancellationToken over)
    {
        var cookie = http.Request.Cookies[SessionCookie.CookieName] ?? "";
        await events.StartAsync(over);
        var quiet = time.GetTimestamp();
        var sample = live.Current;
        while (true)
        {
            if (seat.Lost.IsCompleted || !await sessions.StillMeansAsync(cookie, who, over))
            {
                await events.EndAsync(seat.Lost.IsCompleted ? Moved : Ended, over);
                return;
            }

            for (var i = 0; i < parts.Count; i++)
            {
                if (await fragments.GetAsync(parts[i]) is not { } fragment)
                {
                    await events.EndAsync(Ended, over);
                    return;
                }

                if (fragment.Version == known[i])
                    continue;
                known[i] = fragment.Version;
                events.Add(fragment.Event);
            }

            if (events.IsEmpty && time.GetElapsedTime(quiet) >= KeepAlive)
                events.Add(":\n\n"u8.ToArray());
            if (!events.IsEmpty)
            {
                await events.SendAsync(over);
                quiet = time.GetTimestamp();
            }

            // Also the look at the session: once a second. A lost seat is noticed with it.
            sample = await live.NextAsync(sample, over);
        }
    }

    /// <summary>
    /// The versions that the page was drawn with. A browser that comes back has newer ones, nobody knows which: it gets all.
    /// </summary>
    private static string?[] Known(HttpContext http, IReadOnlyList<LivePart> parts, string? have)
    {
        var known = new string?[parts.Count];
        var told = have?.Split('.') ?? [];
        if (told.Length == parts.Count && !http.Request.Headers.ContainsKey("Last-Event-ID"))
            told.CopyTo(known, 0);
        return known;
    }
}
