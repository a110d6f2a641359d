namespace PrivateConnect.Bench.Records;

/// <summary>Plaintext of a TLS record: a full one, and one with a keystroke's frame. The nonce, the additional data and the tag are TLS 1.3's.</summary>
internal static class RecordSizes
{
    public const int Full = 16_384;
    public const int Small = 64;
    public const int Nonce = 12;
    public const int Tag = 16;
    public const int Header = 5;
    public const int Key = 16;
}
