using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent.Tests;

public sealed class HubAddressTests
{
    [Theory]
    [InlineData("https://hub.example.org", "https://hub.example.org:443")]
    [InlineData("https://hub.example.org:3001/", "https://hub.example.org:3001")]
    [InlineData("http://localhost:3001", "http://localhost:3001")]
    [InlineData("http://127.0.0.9:3001", "http://127.0.0.9:3001")]
    [InlineData("http://[::1]:3001", "http://[::1]:3001")]
    [InlineData("https://[2001:db8::1]:3001", "https://[2001:db8::1]:3001")]
    public void AcceptsAnAddress(string text, string normal) => Assert.Equal(normal, HubAddress.Parse(text, "--hub").ToString());

    [Theory]
    [InlineData("hub.example.org:3001")]
    [InlineData("ftp://hub.example.org")]
    [InlineData("http://hub.example.org:3001")]
    [InlineData("http://localhost.evil.example:3001")]
    [InlineData("https://user:pw@hub.example.org")]
    [InlineData("https://hub.example.org/api")]
    [InlineData("https://hub.example.org?x=1")]
    [InlineData("")]
    public void RefusesWithTheOptionAndTheRule(string text)
    {
        var failure = Assert.Throws<AgentFailure>(() => HubAddress.Parse(text, "--hub"));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.StartsWith($"--hub '{text}'", failure.Message, StringComparison.Ordinal);
        Assert.Contains("https://", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sha256:")]
    [InlineData("sha1:00")]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("sha256:zz00000000000000000000000000000000000000000000000000000000000000")]
    public void RefusesAPinOfAnotherShape(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<AgentFailure>(() => HubPin.Parse(text)).Code);

    [Fact]
    public void NormalisesAPin() => Assert.Equal("sha256:" + new string('a', 64), HubPin.Parse("SHA256:" + new string('A', 64)));

    [Theory]
    [InlineData("a", true)]
    [InlineData("prod-db2", true)]
    [InlineData("", false)]
    [InlineData("-a", false)]
    [InlineData("a-", false)]
    [InlineData("A", false)]
    [InlineData("a_b", false)]
    [InlineData("ä", false)]
    public void KnowsTheNameRule(string name, bool valid) => Assert.Equal(valid, ServiceName.IsValid(name));

    [Fact]
    public void ANameHasAtMost63Characters()
    {
        Assert.True(ServiceName.IsValid(new string('a', 63)));
        Assert.False(ServiceName.IsValid(new string('a', 64)));
    }
}
