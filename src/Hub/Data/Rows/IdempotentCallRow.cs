using LinqToDB.Mapping;

namespace PrivateConnect.Hub.Data.Rows;

/// <summary>A call with an Idempotency-Key: claimed (no status) or answered, with the sealed answer.</summary>
[Table("idempotent_calls")]
public sealed record IdempotentCallRow
{
    [Column("api_key_id"), PrimaryKey(0)]
    public required string ApiKeyId { get; init; }

    [Column("hash"), PrimaryKey(1)]
    public required string Hash { get; init; }

    [Column("fingerprint"), NotNull]
    public required string Fingerprint { get; init; }

    [Column("created_at"), UtcText, NotNull]
    public required DateTimeOffset CreatedAt { get; init; }

    [Column("status"), Nullable]
    public int? Status { get; init; }

    [Column("content_type"), Nullable]
    public string? ContentType { get; init; }

    [Column("answer"), Nullable]
    public byte[]? Answer { get; init; }
}
