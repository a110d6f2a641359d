using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Calls with an Idempotency-Key are done at most once: the first claims the key, answers are replayed for a day, and
/// one of which nobody knows the end is refused. Duplicates at the same moment wait for the first. Thread-safe.
/// </summary>
internal sealed class IdempotentCalls(Database database, ILogger<IdempotentCalls> log)
{
    public const string Header = "Idempotency-Key";
    public const string Replayed = "Idempotent-Replayed";

    /// <summary>What the IETF draft's examples and every common client use fits.</summary>
    public const int MaximumKey = 255;

    /// <summary>Beyond it a key's new calls with the header are refused (429) until older ones expire: some 10 MB.</summary>
    public const int MaximumKept = 10_000;

    // Expired calls are deleted when a call comes, this often at most.
    private static readonly TimeSpan SweepEvery = TimeSpan.FromMinutes(10);

    private readonly ConcurrentDictionary<(string KeyId, string Hash), TaskCompletionSource> _running = new();
    private long _swept = database.Time.GetTimestamp();

    /// <summary>How long an answer can be had again.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromHours(24);

    /// <summary>Printable ASCII within the bound.</summary>
    public static bool IsKey(string? key) =>
        key is { Length: > 0 and <= MaximumKey } && !key.AsSpan().ContainsAnyExceptInRange('!', '~');

    public async Task<ApiReply> RunAsync(
        ApiCall call, string key, ReadOnlyMemory<byte> body, Func<Task<ApiReply>> act)
    {
        var id = (call.Caller.KeyId, TokenSecret.Hash(key));
        var mine = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        while (!_running.TryAdd(id, mine))
            if (_running.TryGetValue(id, out var other)) await other.Task.WaitAsync(call.Ended);
        try
        {
            // A caller that goes away now asks again with the same key: the act must have an end to tell then.
            call.Http.RequestAborted = CancellationToken.None;
            return await RunAloneAsync(call, id, body, act);
        }
        finally
        {
            _running.TryRemove(id, out _);
            mine.SetResult();
        }
    }

    private async Task<ApiReply> RunAloneAsync(
        ApiCall call, (string KeyId, string Hash) id, ReadOnlyMemory<byte> body, Func<Task<ApiReply>> act)
    {
        var request = call.Http.Request;
        var secret = new IdempotencySecret(call.Secret);
        var fingerprint = secret.Fingerprint(request.Method, request.Path, body.Span);
        if (await ClaimAsync(id, fingerprint) is { } earlier)
            return await AgainAsync(call.Http, earlier, fingerprint, secret);
        if (await IsOneTooManyAsync(id)) return await ApiReply.CaptureAsync(call.Http, Problem.TooManyIdempotent);

        // A handler that throws leaves the claim: nobody knows what was done, and saying so is the only right answer.
        var reply = await act();
        try
        {
            await RememberAsync(id, reply, secret);
        }
        catch (Exception failure) when (DatabaseFailure.IsFailure(failure))
        {
            // It is done and the caller is told; only a repetition will hear that nobody knows.
            ControlLog.ApiDatabaseFailure(log, call.Http.TraceIdentifier, DatabaseFailure.Describe(failure)!);
        }

        return reply;
    }

    /// <summary>A refusal is not remembered: nothing was done, and the mended request may carry the same key.</summary>
    private async Task RememberAsync((string KeyId, string Hash) id, ApiReply reply, IdempotencySecret secret)
    {
        await using var db = database.Connect();
        if (reply.IsSuccess)
        {
            var answer = secret.Seal(reply.Body.Span, id.Hash);
            await db.AnswerIdempotentCallAsync(id.KeyId, id.Hash, reply.Status, reply.ContentType, answer, default);
        }
        else
        {
            await db.DeleteIdempotentCallAsync(id.KeyId, id.Hash, default);
        }
    }

    /// <summary>Null when the claim is ours, else the call that has it.</summary>
    private async Task<IdempotentCallRow?> ClaimAsync((string KeyId, string Hash) id, string fingerprint)
    {
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await SweepAsync(db, now);
        if (await db.FindIdempotentCallAsync(id.KeyId, id.Hash, default) is { } known)
        {
            if (known.CreatedAt > now - Life) return known;
            await db.DeleteIdempotentCallAsync(id.KeyId, id.Hash, default);
        }

        var row = new IdempotentCallRow
        {
            ApiKeyId = id.KeyId,
            Hash = id.Hash,
            Fingerprint = fingerprint,
            CreatedAt = now,
        };
        await db.InsertIdempotentCallAsync(row, default);
        return null;
    }

    private static async Task<ApiReply> AgainAsync(
        HttpContext http, IdempotentCallRow earlier, string fingerprint, IdempotencySecret secret)
    {
        if (earlier.Fingerprint != fingerprint)
            return await ApiReply.CaptureAsync(http, Problem.IdempotencyKeyReused);
        if (earlier.Status is not { } status || earlier.Answer is null)
            return await ApiReply.CaptureAsync(http, Problem.OutcomeUnknown);
        http.Response.Headers[Replayed] = "true";
        return new ApiReply(status, earlier.ContentType, secret.Open(earlier.Answer, earlier.Hash));
    }

    private async Task<bool> IsOneTooManyAsync((string KeyId, string Hash) id)
    {
        await using var db = database.Connect();
        if (await db.CountIdempotentCallsAsync(id.KeyId, default) <= MaximumKept) return false;
        await db.DeleteIdempotentCallAsync(id.KeyId, id.Hash, default);
        return true;
    }

    private async Task SweepAsync(HubDb db, DateTimeOffset now)
    {
        var swept = Interlocked.Read(ref _swept);
        if (database.Time.GetElapsedTime(swept) < SweepEvery) return;
        if (Interlocked.CompareExchange(ref _swept, database.Time.GetTimestamp(), swept) != swept) return;
        await db.DeleteIdempotentCallsAsync(now - Life, default);
    }
}
