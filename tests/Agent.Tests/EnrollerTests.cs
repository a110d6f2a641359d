using System.Security.Cryptography;

namespace PrivateConnect.Agent.Tests;

public sealed class EnrollerTests : IDisposable
{
    private const string Granted = """{"agentId":"ag_1","label":"box","workspace":"default"}""";

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);

    public void Dispose() => _key.Dispose();

    [Fact]
    public async Task SendsKeyAndLabelAndKeepsTheAnswer()
    {
        await using var hub = new HttpHub("201 Created", Granted);
        var identity = await EnrolAsync(hub);
        Assert.Equal(new Identity("ag_1", "box", "default", hub.Address.ToString(), null), identity);
        var request = Assert.Single(hub.Requests);
        Assert.StartsWith("POST /v1/enrolments HTTP/1.1\r\n", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Bearer pc_secret\r\n", request, StringComparison.Ordinal);
        var body = System.Text.Json.JsonDocument.Parse(request[(request.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]).RootElement;
        Assert.Equal(_key.ExportSubjectPublicKeyInfo(), body.GetProperty("publicKey").GetBytesFromBase64());
        Assert.Equal("my box", body.GetProperty("label").GetString());
    }

    [Theory]
    [InlineData("401 Unauthorized", "", ExitCode.KeyRefused, "does not know this key")]
    [InlineData("403 Forbidden", """{"detail":"The key lacks the scope agents."}""", ExitCode.KeyRefused, "The key lacks the scope agents")]
    [InlineData("400 Bad Request", """{"title":"Bad","detail":"The label is taken."}""", ExitCode.Usage, "The label is taken")]
    [InlineData("503 Service Unavailable", "", ExitCode.HubUnreachable, "try again later")]
    [InlineData("404 Not Found", "<html>", ExitCode.HubUnreachable, "API port")]
    [InlineData("200 OK", "{}", ExitCode.HubUnreachable, "API port")]
    [InlineData("201 Created", "{}", ExitCode.HubUnreachable, "without agentId")]
    [InlineData("201 Created", "hello", ExitCode.HubUnreachable, "not JSON")]
    internal async Task EveryRefusalHasItsCodeAndWords(string status, string body, ExitCode code, string words)
    {
        await using var hub = new HttpHub(status, body);
        var failure = await Assert.ThrowsAsync<AgentFailure>(() => EnrolAsync(hub));
        Assert.Equal(code, failure.Code);
        Assert.Contains(words, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("pc_secret", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThePinnedKeyCountsWhateverNameAndDateTheCertificateHas()
    {
        using var expired = HttpHub.SelfSigned("someone.else", days: -1);
        await using var hub = new HttpHub("201 Created", Granted, expired);
        var pin = HubPin.Format(HubPin.Hash(expired));
        Assert.Equal(pin, (await EnrolAsync(hub, pin)).Pin);
    }

    [Fact]
    public async Task AnotherKeyThanThePinnedOneIsTurnedDownBeforeTheTokenIsSent()
    {
        using var certificate = HttpHub.SelfSigned();
        await using var hub = new HttpHub("201 Created", Granted, certificate);
        var failure = await Assert.ThrowsAsync<AgentFailure>(() => EnrolAsync(hub, HubPin.Prefix + new string('0', 64)));
        Assert.Equal(ExitCode.NotTrusted, failure.Code);
        Assert.Contains(HubPin.Format(HubPin.Hash(certificate)), failure.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task WithoutAPinAnUntrustedCertificateIsTurnedDown()
    {
        using var certificate = HttpHub.SelfSigned();
        await using var hub = new HttpHub("201 Created", Granted, certificate);
        var failure = await Assert.ThrowsAsync<AgentFailure>(() => EnrolAsync(hub));
        Assert.Equal(ExitCode.NotTrusted, failure.Code);
        Assert.Contains("--pin", failure.Message, StringComparison.Ordinal);
        Assert.Empty(hub.Requests);
    }

    [Fact]
    public async Task AServerThatSpeaksNoTlsIsNamedAsSuch()
    {
        await using var hub = new HttpHub("201 Created", Granted);
        var failure = await Assert.ThrowsAsync<AgentFailure>(() => Enroller.EnrolAsync(
            hub.Address with { Tls = true }, null, _key, "my box", "pc_secret", TimeProvider.System, TestContext.Current.CancellationToken));
        Assert.Equal(ExitCode.HubUnreachable, failure.Code);
    }

    private Task<Identity> EnrolAsync(HttpHub hub, string? pin = null) =>
        Enroller.EnrolAsync(hub.Address, pin, _key, "my box", "pc_secret", TimeProvider.System, TestContext.Current.CancellationToken);
}
