using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.Agent.Tests;

/// <summary>Certificates of a handshake that judged nothing: what is turned down, and that nothing escapes.</summary>
public sealed class CertificateCheckTests
{
    private static readonly HubAddress s_hub = new("hub.example.org", 443, Tls: true);

    public static TheoryData<string, byte[]> Certificates { get; } = new()
    {
        { "self-signed", Leaf(null) },
        { "alternative names that are none", Leaf([1, 2, 3]) },
        { "alternative names with an address of five bytes", Leaf([0x30, 7, 0x87, 5, 1, 2, 3, 4, 5]) },
        { "no certificate", [0x30, 0] },
    };

    /// <summary>Whoever sits in between may show anything: the agent says no and tries again later, it does not end.</summary>
    [Theory]
    [MemberData(nameof(Certificates))]
    public void WithoutAPinItIsRefusedInWords(string what, byte[] der)
    {
        var check = new CertificateCheck(s_hub, null);
        Assert.False(check.Validate([der]), what);
        Assert.Equal(ExitCode.NotTrusted, check.Failure?.Code);
    }

    [Theory]
    [InlineData("hub_1")]
    [InlineData("hub.example.org.")]
    [InlineData("fe80::1%1")]
    [InlineData("-hub")]
    public void NoNameOfAHubMakesItFail(string host)
    {
        var check = new CertificateCheck(s_hub with { Host = host }, null);
        Assert.False(check.Validate([Leaf(null)]));
        Assert.NotNull(check.Failure);
    }

    [Fact]
    public void WithAPinTheKeyOfTheFirstCertificateCounts()
    {
        var (first, second) = (Leaf(null), Leaf(null));
        using var certificate = X509CertificateLoader.LoadCertificate(second);
        var pin = HubPin.Format(HubPin.Hash(certificate));
        Assert.False(new CertificateCheck(s_hub, pin).Validate([first, second]));
        var check = new CertificateCheck(s_hub, pin);
        Assert.True(check.Validate([second, first]));
        Assert.Equal(HubPin.Hash(certificate), check.KeyHash);
    }

    private static byte[] Leaf(byte[]? alternativeNames)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=hub.example.org", key, HashAlgorithmName.SHA256);
        if (alternativeNames is not null)
            request.CertificateExtensions.Add(new X509Extension("2.5.29.17", alternativeNames, critical: false));
        using var certificate = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch.AddYears(100));
        return certificate.RawData;
    }
}
