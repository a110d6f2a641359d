using System.Security.Cryptography;

namespace PrivateConnect.Hub.Auth;

/// <summary>The SHA-256 of an agent's public key as a value: found in a dictionary without allocating.</summary>
internal readonly record struct AgentKey(UInt128 High, UInt128 Low)
{
    /// <summary>A P-256 SPKI has 91 bytes; nothing much longer is worth hashing.</summary>
    public const int MaximumBytes = 256;

    public static AgentKey Of(ReadOnlySpan<byte> spki)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(spki, hash);
        return new AgentKey(
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash),
            System.Buffers.Binary.BinaryPrimitives.ReadUInt128BigEndian(hash[16..]));
    }

    /// <summary>The hash as the database keeps it.</summary>
    public static string Text(ReadOnlySpan<byte> spki) => Convert.ToHexStringLower(SHA256.HashData(spki));

    /// <summary>True for one exact encoding of a P-256 point: one key cannot have two hashes.</summary>
    public static bool IsP256(ReadOnlySpan<byte> spki)
    {
        if (spki.Length is 0 or > MaximumBytes) return false;
        try
        {
            using var key = ECDsa.Create();
            key.ImportSubjectPublicKeyInfo(spki, out var read);
            if (read != spki.Length) return false;
            var curve = key.ExportParameters(false).Curve;
            return curve.IsNamed && curve.Oid.Value == "1.2.840.10045.3.1.7"
                && key.ExportSubjectPublicKeyInfo().AsSpan().SequenceEqual(spki);
        }
        catch (CryptographicException)
        {
            return false;
        }
    }
}
