using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using PrivateConnect.Hub.Certificates;
using Xunit;

namespace PrivateConnect.Hub.Tests.Door;

/// <summary>Pairs that people give: what the platform's TLS takes must not keep the hub from starting.</summary>
public sealed class HubCertificateTests
{
    private static readonly DateTimeOffset s_from = DateTimeOffset.UnixEpoch;
    private static readonly DateTimeOffset s_to = DateTimeOffset.UnixEpoch.AddYears(100);

    [Theory]
    [InlineData("P-256")]
    [InlineData("P-384")]
    [InlineData("P-521")]
    [InlineData("RSA 2048")]
    [InlineData("RSA 1024")]
    public void AKeyOfAnyKindIsTaken(string kind)
    {
        using AsymmetricAlgorithm key = kind.StartsWith("RSA", StringComparison.Ordinal)
            ? RSA.Create(int.Parse(kind.AsSpan(4), System.Globalization.CultureInfo.InvariantCulture))
            : ECDsa.Create(ECCurve.CreateFromFriendlyName("nist" + kind.Replace("-", "", StringComparison.Ordinal)));
        using var leaf = Request("CN=hub", key).CreateSelfSigned(s_from, s_to);
        Assert.StartsWith("sha256:", HubCertificate.FromPem(leaf.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()).Pin, StringComparison.Ordinal);
    }

    /// <summary>An old authority in the file beside a good leaf.</summary>
    [Fact]
    public void AWeakCertificateAboveTheLeafIsTaken()
    {
        using var rootKey = RSA.Create(2048);
        using var root = Authority("CN=root", rootKey).CreateSelfSigned(s_from, s_to);
        using var middleKey = RSA.Create(1024);
        using var middle = Authority("CN=middle", middleKey).Create(root, s_from, s_to, [1]);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var leaf = Request("CN=hub", key).Create(
            middle.SubjectName, X509SignatureGenerator.CreateForRSA(middleKey, RSASignaturePadding.Pkcs1), s_from, s_to, [2]);
        Assert.StartsWith("sha256:", HubCertificate.FromPem(
            leaf.ExportCertificatePem() + "\n" + middle.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem()).Pin, StringComparison.Ordinal);
    }

    private static CertificateRequest Request(string name, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(name, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(name, (ECDsa)key, HashAlgorithmName.SHA256);

    private static CertificateRequest Authority(string name, RSA key)
    {
        var request = Request(name, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        return request;
    }
}
