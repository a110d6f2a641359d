using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging.Abstractions;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Certificates;
using Xunit;

namespace PrivateConnect.Web.Tests;

public sealed class CertificateTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void OwnPairIsMadeOnceWithASecretKeyFile()
    {
        var options = new HubOptions { DataDir = _folder.Path };
        var first = new CertificateFiles(options).LoadOrMake(TimeProvider.System);
        var again = new CertificateFiles(options).LoadOrMake(TimeProvider.System);
        Assert.Equal(first.Pin, again.Pin);
        Assert.Matches("^sha256:[0-9a-f]{64}$", first.Pin);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(_folder.File("hub.key")));
        using var leaf = X509CertificateLoader.LoadCertificateFromFile(_folder.File("hub.crt"));
        Assert.Equal(first.SpkiHash, SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()));
    }

    [Fact]
    public void HalfAPairIsAnErrorAndNotANewIdentity()
    {
        var options = new HubOptions { DataDir = _folder.Path };
        new CertificateFiles(options).LoadOrMake(TimeProvider.System);
        File.Delete(_folder.File("hub.key"));
        var refused = Assert.Throws<HubStartException>(() => new CertificateFiles(options).LoadOrMake(TimeProvider.System));
        Assert.Equal(ExitCodes.Certificate, refused.ExitCode);
        Assert.Contains("hub.key", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GivenPairIsReloadedAndABadOneKeepsTheOld()
    {
        var options = new HubOptions { DataDir = _folder.Path, TlsCert = _folder.File("c.pem"), TlsKey = _folder.File("k.pem") };
        var one = Pair("one", rsa: false);
        var two = Pair("two", rsa: true);
        Put(one);
        var files = new CertificateFiles(options);
        using var holder = new CertificateHolder(
            files, files.LoadOrMake(TimeProvider.System), new PinFile(options),
            NullLogger<CertificateHolder>.Instance);
        var first = holder.Current.Pin;

        Put((two.Certificate, one.Key));
        holder.Look();
        Assert.Equal(first, holder.Current.Pin);
        Put(("not a certificate", two.Key));
        holder.Look();
        Assert.Equal(first, holder.Current.Pin);
        File.Delete(options.TlsCert!);
        holder.Look();
        Assert.Equal(first, holder.Current.Pin);

        Put(two);
        holder.Look();
        Assert.NotEqual(first, holder.Current.Pin);
        Assert.Equal(holder.Current.Pin + "\n", File.ReadAllText(_folder.File("hub.pin")));
    }

    /// <summary>DSA keys read well, and no TLS takes them.</summary>
    [Fact]
    public void PairOfAKeyThatTlsDoesNotTakeIsOneLineAtTheStartAndNoReload()
    {
        var options = new HubOptions { DataDir = _folder.Path, TlsCert = _folder.File("c.pem"), TlsKey = _folder.File("k.pem") };
        var dsa = DsaPair();
        Put(dsa);
        var refused = Assert.Throws<HubStartException>(() => new CertificateFiles(options).LoadOrMake(TimeProvider.System));
        Assert.Equal(ExitCodes.Certificate, refused.ExitCode);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Contains("c.pem", refused.Message, StringComparison.Ordinal);
        Assert.Contains("give an RSA or ECDSA pair", refused.Message, StringComparison.Ordinal);

        Put(Pair("one", rsa: false));
        var files = new CertificateFiles(options);
        using var holder = new CertificateHolder(
            files, files.LoadOrMake(TimeProvider.System), new PinFile(options), NullLogger<CertificateHolder>.Instance);
        var first = holder.Current.Pin;
        Put(dsa);
        holder.Look();
        Assert.Equal(first, holder.Current.Pin);
    }

    private static (string Certificate, string Key) DsaPair()
    {
        using var key = DSA.Create(1024);
        using var signer = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var name = new X500DistinguishedName("CN=dsa");
        using var certificate = new CertificateRequest(name, new PublicKey(key), HashAlgorithmName.SHA256).Create(
            name, X509SignatureGenerator.CreateForECDsa(signer), DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1), [1]);
        return (certificate.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    private void Put((string Certificate, string Key) pair)
    {
        File.WriteAllText(_folder.File("c.pem"), pair.Certificate);
        File.WriteAllText(_folder.File("k.pem"), pair.Key);
    }

    private static (string Certificate, string Key) Pair(string name, bool rsa)
    {
        using var rsaKey = RSA.Create(2048);
        using var ecKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = rsa
            ? new CertificateRequest($"CN={name}", rsaKey, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest($"CN={name}", ecKey, HashAlgorithmName.SHA256);
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return (certificate.ExportCertificatePem(), rsa ? rsaKey.ExportPkcs8PrivateKeyPem() : ecKey.ExportPkcs8PrivateKeyPem());
    }
}
