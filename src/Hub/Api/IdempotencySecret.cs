using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Seals what is remembered of a call under a key that only the caller's own API key yields: an answer may hold a
/// secret that is shown once, and the database must not (docs/decisions/0024).
/// </summary>
internal sealed class IdempotencySecret
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int KeyBytes = 32;

    private readonly byte[] _seal;
    private readonly byte[] _fingerprint;

    /// <summary>An API key has 192 random bits: nothing slower than HKDF is needed to derive from it.</summary>
    public IdempotencySecret(string apiKey)
    {
        var derived = HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(apiKey), 2 * KeyBytes,
            info: "pconnect idempotency 1"u8.ToArray());
        _seal = derived[..KeyBytes];
        _fingerprint = derived[KeyBytes..];
    }

    /// <summary>Tells two requests apart; keyed, so that a guessable body cannot be found from it.</summary>
    public string Fingerprint(string method, string path, ReadOnlySpan<byte> body)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, _fingerprint);
        hash.AppendData(Encoding.UTF8.GetBytes($"{method} {path}\n"));
        hash.AppendData(body);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public byte[] Seal(ReadOnlySpan<byte> answer, string bound)
    {
        var box = new byte[NonceBytes + TagBytes + answer.Length];
        RandomNumberGenerator.Fill(box.AsSpan(0, NonceBytes));
        using var aes = new AesGcm(_seal, TagBytes);
        aes.Encrypt(box.AsSpan(0, NonceBytes), answer, box.AsSpan(NonceBytes + TagBytes),
            box.AsSpan(NonceBytes, TagBytes), Encoding.UTF8.GetBytes(bound));
        return box;
    }

    /// <exception cref="CryptographicException">It was not sealed under this key for this call.</exception>
    public byte[] Open(ReadOnlySpan<byte> stored, string bound)
    {
        var answer = new byte[stored.Length - NonceBytes - TagBytes];
        using var aes = new AesGcm(_seal, TagBytes);
        aes.Decrypt(stored[..NonceBytes], stored[(NonceBytes + TagBytes)..], stored.Slice(NonceBytes, TagBytes), answer,
            Encoding.UTF8.GetBytes(bound));
        return answer;
    }
}
