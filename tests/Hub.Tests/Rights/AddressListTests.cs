using System.Net;
using PrivateConnect.Hub.Rights;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

public sealed class AddressListTests
{
    [Theory]
    [InlineData("10.0.0.0/8", "10.255.255.255", true)]
    [InlineData("10.0.0.0/8", "11.0.0.0", false)]
    [InlineData("10.0.0.0/8", "::ffff:10.1.2.3", true)]
    [InlineData("192.0.2.7", "192.0.2.7", true)]
    [InlineData("192.0.2.7", "192.0.2.8", false)]
    [InlineData("::ffff:10.0.0.0/104", "10.1.2.3", true)]
    [InlineData("::ffff:192.0.2.7", "192.0.2.7", true)]
    [InlineData("2001:db8::/32", "2001:db8:ffff::1", true)]
    [InlineData("2001:db8::/32", "2001:db9::1", false)]
    [InlineData("::1", "::1", true)]
    [InlineData("::1", "127.0.0.1", false)]
    [InlineData("::/0", "10.0.0.1", false)]
    [InlineData("0.0.0.0/0", "10.0.0.1", true)]
    [InlineData("0.0.0.0/0", "2001:db8::1", false)]
    public void NetworksLetInWhomTheyName(string network, string visitor, bool allowed)
    {
        var list = AddressList.TryParse([network], out var fault);
        Assert.Equal("", fault);
        Assert.Equal(allowed, list!.Allows(IPAddress.Parse(visitor)));
        Assert.Equal(allowed, AddressList.TryParse(list.Networks, out _)!.Allows(IPAddress.Parse(visitor)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("everybody")]
    [InlineData("1")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("010.0.0.1")]
    [InlineData("10.0.0/8")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/-1")]
    [InlineData("10.0.0.0/8/8")]
    [InlineData("fe80::1%eth0")]
    [InlineData("2001:db8::/129")]
    [InlineData("::ffff:0.0.0.0/90")]
    public void WhatIsNoNetworkIsNamed(string text)
    {
        Assert.Null(AddressList.TryParse(["10.0.0.0/8", text], out var fault));
        Assert.Contains($"'{text}'", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptyListIsForEverybodyAndALongOneIsRefused()
    {
        Assert.True(AddressList.TryParse([], out _)!.Allows(IPAddress.Parse("203.0.113.9")));
        var many = Enumerable.Range(0, AddressList.MaximumNetworks + 1).Select(i => $"10.0.0.{i}").ToList();
        Assert.NotNull(AddressList.TryParse(many.Take(AddressList.MaximumNetworks), out _));
        Assert.Null(AddressList.TryParse(many, out _));
    }
}
