using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>A throw-away P-256 certificate with its key in one file, as the peers that end TLS want it.</summary>
internal static class PeerCertificate
{
    public static async Task<string> MakeAsync(string folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(
            DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(30));
        var file = Path.Combine(folder, "peer.pem");
        await File.WriteAllTextAsync(
            file, certificate.ExportCertificatePem() + "\n" + key.ExportPkcs8PrivateKeyPem() + "\n");
        return file;
    }
}
