using PrivateConnect.Relay;
using Xunit;

namespace PrivateConnect.Relay.Tests;

public sealed class TargetEndpointTests
{
    [Theory]
    [InlineData("localhost:5432", "localhost", 5432)]
    [InlineData("10.0.0.7:22", "10.0.0.7", 22)]
    [InlineData("[::1]:80", "::1", 80)]
    [InlineData(":8080", "localhost", 8080)]
    [InlineData("8080", "localhost", 8080)]
    public void GoodTargetsAreRead(string text, string host, int port)
    {
        Assert.True(TargetEndpoint.TryParse(text, out var target, out _));
        Assert.Equal(new TargetEndpoint(host, port), target);
    }

    [Theory]
    [InlineData("")]
    [InlineData("localhost")]
    [InlineData("localhost:")]
    [InlineData("localhost:0")]
    [InlineData("localhost:65536")]
    [InlineData("localhost:-1")]
    [InlineData("localhost:+80")]
    [InlineData("::1:80")]
    [InlineData("http://localhost:80")]
    [InlineData("user@host:80")]
    [InlineData("a b:80")]
    public void BadTargetsAreToldInWords(string text)
    {
        Assert.False(TargetEndpoint.TryParse(text, out _, out var problem));
        Assert.Contains($"'{text}'", problem, StringComparison.Ordinal);
    }
}
