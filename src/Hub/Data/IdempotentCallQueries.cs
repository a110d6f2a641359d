using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class IdempotentCallQueries
{
    public static Task<IdempotentCallRow?> FindIdempotentCallAsync(
        this HubDb db, string apiKeyId, string hash, CancellationToken ct) =>
        db.IdempotentCalls.FirstOrDefaultAsync(call => call.ApiKeyId == apiKeyId && call.Hash == hash, ct);

    public static Task<int> CountIdempotentCallsAsync(this HubDb db, string apiKeyId, CancellationToken ct) =>
        db.IdempotentCalls.CountAsync(call => call.ApiKeyId == apiKeyId, ct);

    public static Task InsertIdempotentCallAsync(this HubDb db, IdempotentCallRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static Task AnswerIdempotentCallAsync(
        this HubDb db, string apiKeyId, string hash, int status, string? contentType, byte[] answer,
        CancellationToken ct) =>
        db.IdempotentCalls
            .Where(call => call.ApiKeyId == apiKeyId && call.Hash == hash)
            .Set(call => call.Status, (int?)status)
            .Set(call => call.ContentType, contentType)
            .Set(call => call.Answer, answer)
            .UpdateAsync(ct);

    public static Task DeleteIdempotentCallAsync(this HubDb db, string apiKeyId, string hash, CancellationToken ct) =>
        db.IdempotentCalls.Where(call => call.ApiKeyId == apiKeyId && call.Hash == hash).DeleteAsync(ct);

    public static Task DeleteIdempotentCallsAsync(this HubDb db, DateTimeOffset before, CancellationToken ct) =>
        db.IdempotentCalls.Where(call => call.CreatedAt < before).DeleteAsync(ct);
}
