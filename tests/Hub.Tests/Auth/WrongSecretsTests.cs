using System.Net;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Auth;
using Xunit;

namespace PrivateConnect.Hub.Tests.Auth;

public sealed class WrongSecretsTests
{
    private readonly FakeTimeProvider _time = new();

    [Theory]
    [InlineData("192.0.2.1", "192.0.2.200", true)]
    [InlineData("192.0.2.1", "::ffff:192.0.2.9", true)]
    [InlineData("192.0.2.1", "192.0.3.1", false)]
    [InlineData("2001:db8::1", "2001:db8::ffff", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    public void SourceIsANetworkOfOneHolder(string wrong, string asking, bool waits)
    {
        var secrets = Filled(wrong);
        Assert.Equal(waits, secrets.MustWait(IPAddress.Parse(asking)));
    }

    [Fact]
    public void WaitEndsWithTheWindow()
    {
        var secrets = Filled("192.0.2.1");
        Assert.True(secrets.MustWait(IPAddress.Parse("192.0.2.1")));
        _time.Advance(WrongSecrets.Window);
        Assert.False(secrets.MustWait(IPAddress.Parse("192.0.2.1")));
    }

    [Fact]
    public void MillionSourcesTakeNoMoreThanTheTable()
    {
        var secrets = new WrongSecrets(_time);
        for (var i = 0; i < 1_000_000; i++)
        {
            secrets.Add(new IPAddress([(byte)(i >> 16), (byte)(i >> 8), (byte)i, 0]));
            Assert.InRange(secrets.Sources, 1, WrongSecrets.MaximumSources);
        }
    }

    private WrongSecrets Filled(string address)
    {
        var secrets = new WrongSecrets(_time);
        for (var i = 0; i < 20; i++)
        {
            Assert.False(secrets.MustWait(IPAddress.Parse(address)));
            secrets.Add(IPAddress.Parse(address));
        }

        return secrets;
    }
}
