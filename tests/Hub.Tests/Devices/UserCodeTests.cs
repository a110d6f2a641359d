using PrivateConnect.Hub.Devices;
using Xunit;

namespace PrivateConnect.Hub.Tests.Devices;

public sealed class UserCodeTests
{
    [Fact]
    public void CodesHaveNoVowelAndNoLetterThatLooksLikeADigit()
    {
        var codes = Enumerable.Range(0, 1_000).Select(_ => UserCode.Create()).ToList();
        Assert.All(codes, code => Assert.Matches("^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$", code));
        Assert.Equal(codes.Count, codes.Distinct().Count());
        Assert.All(codes, code => Assert.Equal(code, UserCode.Normalize($" {code.Replace("-", "").ToLowerInvariant()} ")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("BCDF-GHJ")]
    [InlineData("BCDF-GHJKL")]
    [InlineData("ACDF-GHJK")]
    [InlineData("BCDF_GHJK")]
    [InlineData("BCDF-GHJ\0")]
    [InlineData("                                 BCDFGHJK")]
    public void WhatIsNoCodeIsNone(string? typed) => Assert.Null(UserCode.Normalize(typed));
}
