using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Agents;
using Xunit;

namespace PrivateConnect.Hub.Tests.Rights;

public sealed class CopiedIdentitiesTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void ReconnectsOfOnePlaceAreNoCopy()
    {
        var copies = new CopiedIdentities(_time);
        for (var i = 0; i < 10; i++)
            Assert.False(copies.IsTurn("agent", 1, 1));
    }

    [Fact]
    public void FolderThatMovesOnceIsNoCopy() => Assert.False(new CopiedIdentities(_time).IsTurn("agent", 1, 2));

    [Fact]
    public void OldAgentsThatSayNoPlaceAreNoCopy()
    {
        var copies = new CopiedIdentities(_time);
        for (var i = 0; i < 4; i++)
            Assert.False(copies.IsTurn("agent", 0, i % 2));
    }

    [Fact]
    public void TwoPlacesThatTakeTurnsAreACopyForThatAgentAlone()
    {
        var copies = new CopiedIdentities(_time);
        Assert.False(copies.IsTurn("agent", 1, 2));
        Assert.False(copies.IsTurn("other", 2, 1));
        Assert.True(copies.IsTurn("agent", 2, 1));
        Assert.True(copies.IsTurn("agent", 1, 2));
    }

    [Fact]
    public void WhoComesBackMuchLaterMovedTwice()
    {
        var copies = new CopiedIdentities(_time);
        Assert.False(copies.IsTurn("agent", 1, 2));
        _time.Advance(TimeSpan.FromHours(2));
        Assert.False(copies.IsTurn("agent", 2, 1));
    }
}
