using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.Agent;

/// <summary>SHA-256 of the public key (SPKI) that ends TLS in front of the hub.</summary>
internal static class HubPin
{
    public const string Prefix = "sha256:";

    /// <summary>Checks and normalises <c>sha256:HEX</c>.</summary>
    public static string Parse(string text)
    {
        var hex = text.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? text[Prefix.Length..] : "";
        if (hex.Length != SHA256.HashSizeInBytes * 2 || !hex.All(char.IsAsciiHexDigit))
            throw new AgentFailure(ExitCode.Usage,
                $"--pin '{text}': give sha256: and 64 hex digits, as the hub prints it and keeps it in hub.pin");
        return Prefix + hex.ToLowerInvariant();
    }

    public static byte[] Hash(X509Certificate2 certificate) => SHA256.HashData(certificate.PublicKey.ExportSubjectPublicKeyInfo());

    public static string Format(ReadOnlySpan<byte> hash) => Prefix + Convert.ToHexStringLower(hash);
}
