using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Events;

/// <summary>
/// One reader of its workspace's events, as server-sent events, from where it was (Last-Event-ID) until it goes, its key
/// ends, or it reads too slowly.
/// </summary>
internal sealed class EventStream(
    ApiCall call, EventFeed feed, EventSeats seats, ApiKeys keys, TimeProvider time, ILogger<EventStream> log) : IResult
{
    /// <summary>Proxies cut what is silent for a minute; a reader knows a dead line by its absence.</summary>
    public static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(15);

    /// <summary>A key that ends is noticed within a second.</summary>
    public static readonly TimeSpan KeyCheck = TimeSpan.FromMilliseconds(500);

    /// <summary>What a reader has not taken for this long it will not take: its connection is reset.</summary>
    public static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(10);

    private static readonly byte[] s_heartbeat = ":\n\n"u8.ToArray();

    public async Task ExecuteAsync(HttpContext http)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var guard = WatchKeyAsync(ended);
        try
        {
            http.Response.ContentType = "text/event-stream";
            // nginx must not collect what is to arrive now.
            http.Response.Headers["X-Accel-Buffering"] = "no";
            await SendAllAsync(http, ended.Token);
        }
        catch (OperationCanceledException)
        {
            // The reader went, or its key ended: the response ends.
        }
        finally
        {
            try
            {
                await ended.CancelAsync();
                await guard;
            }
            finally
            {
                seats.Leave(call.Caller.KeyId);
            }
        }
    }

    private async Task SendAllAsync(HttpContext http, CancellationToken ended)
    {
        var ring = feed.Of(call.WorkspaceId);
        var (seen, isLost) = Start(http.Request, ring);
        // How long to wait before coming back; the first bytes also tell that it works.
        var text = new StringBuilder("retry: 2000\n\n");
        if (isLost) Write(text, seen, EventType.Reset, "{}"u8);
        while (true)
        {
            var (events, isGap, added) = ring.After(seen);
            if (isGap) Write(text, seen, EventType.Reset, "{}"u8);
            if (events.Count > 0) seen = events[^1].Number;
            foreach (var one in events.Where(one => one.Scope is null || call.Caller.Has(one.Scope)))
                Write(text, one.Number, one.Type, one.Data.Span);
            if (text.Length > 0) await SendAsync(http, Encoding.UTF8.GetBytes(text.ToString()), ended);
            text.Clear();
            var pause = Task.Delay(Heartbeat, time, ended);
            if (await Task.WhenAny(added, pause) == pause)
            {
                await pause;
                await SendAsync(http, s_heartbeat, ended);
            }
        }
    }

    /// <summary>Where to go on: after the reader's last event, or now. Lost: that event was of another run.</summary>
    private (long Seen, bool IsLost) Start(HttpRequest request, EventRing ring)
    {
        var last = request.Headers["Last-Event-ID"].ToString();
        if (last.Length == 0) return (ring.Last, false);
        var parts = last.Split('-');
        return parts.Length == 2 && parts[0] == feed.Run
            && long.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var seen)
            && seen <= ring.Last
            ? (seen, false)
            : (ring.Last, true);
    }

    private void Write(StringBuilder text, long number, string type, ReadOnlySpan<byte> data) => text
        .Append("id: ").Append(feed.Run).Append('-').Append(number)
        .Append("\nevent: ").Append(type)
        .Append("\ndata: ").Append(Encoding.UTF8.GetString(data)).Append("\n\n");

    private async Task SendAsync(HttpContext http, ReadOnlyMemory<byte> bytes, CancellationToken ended)
    {
        using var late = new CancellationTokenSource(WriteWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ended, late.Token);
        try
        {
            await http.Response.Body.WriteAsync(bytes, either.Token);
            await http.Response.Body.FlushAsync(either.Token);
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !ended.IsCancellationRequested)
        {
            http.Abort();
            throw;
        }
    }

    /// <summary>Asks again and again whether the key may still read this; a database that is away changes no right.</summary>
    private async Task WatchKeyAsync(CancellationTokenSource ended)
    {
        try
        {
            while (true)
            {
                await Task.Delay(KeyCheck, time, ended.Token);
                try
                {
                    if (!MaySee(await keys.VerifyAsync(call.Secret, ended.Token))) await ended.CancelAsync();
                }
                catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
                {
                }
            }
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
        }
        catch (Exception mistake)
        {
            // A key that cannot be checked must not go on reading.
            ControlLog.ApiMistake(log, mistake, call.Http.TraceIdentifier);
            await ended.CancelAsync();
        }
    }

    // Who gained or lost a scope comes again.
    private bool MaySee(ApiKeyIdentity? now) =>
        now is not null && now.WorkspaceId == call.WorkspaceId
        && now.Scopes.SequenceEqual(call.Caller.Scopes, StringComparer.Ordinal);
}
