using Xunit;

namespace PrivateConnect.Relay.Tests;

public sealed class LookBeforeSleepTests
{
    private static readonly long s_short = LookBeforeSleep.Longest - 1;
    private static readonly long s_light = LookBeforeSleep.LightTurn - 1;

    /// <summary>Of a conversation: its two sockets take turns.</summary>
    private ulong _turn;

    [Fact]
    public void ShortPausesInARowMakeAConversationAndNoFewer()
    {
        var look = new LookBeforeSleep(cores: 2);
        AssertItTakesTheFewPauses(ref look);
    }

    [Fact]
    public void ALongPauseInterruptsItForOneTurnHoweverLongItLasted()
    {
        var look = Conversation(1000);
        Turn(ref look, LookBeforeSleep.Longest);
        Assert.False(look.IsWorthIt);
        Turn(ref look, s_short);
        Assert.True(look.IsWorthIt);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(LookBeforeSleep.InVain - 1, 0)]
    [InlineData(LookBeforeSleep.InVain, 4)]
    [InlineData(LookBeforeSleep.InVain + 1, 5)]
    public void OnePauseInFiveMayBeLongAndNoMore(int shortPausesToALongOne, int looksToALongPause)
    {
        var look = Conversation(1000);
        for (var i = 0; i < 100 * (shortPausesToALongOne + 1); i++)
            Turn(ref look, PauseOf(i));
        var seen = 0;
        for (var i = 0; i < 1000 * (shortPausesToALongOne + 1); i++)
        {
            seen += look.IsWorthIt ? 1 : 0;
            Turn(ref look, PauseOf(i));
        }

        Assert.Equal(1000 * looksToALongPause, seen);

        long PauseOf(int turn) => turn % (shortPausesToALongOne + 1) == shortPausesToALongOne ? LookBeforeSleep.Longest : s_short;
    }

    [Fact]
    public void ATurnOfBulkEndsItAtOnce()
    {
        var look = Conversation(1000);
        look.TurnEnds(1, 1000, LookBeforeSleep.LightTurn);
        Assert.False(look.IsWorthIt);
    }

    [Fact]
    public void ACrowdInterruptsIt()
    {
        var look = Conversation(1000);
        look.TurnEnds(2, 1000, s_light);
        Assert.False(look.IsWorthIt);
        look.PauseEnds(s_short);
        Turn(ref look, s_short);
        Assert.True(look.IsWorthIt);
    }

    [Fact]
    public void TheSameSocketAgainInterruptsItAsPacketsFromASlowLinkDo()
    {
        var look = Conversation(1000);
        look.TurnEnds(1, 1000, s_light);
        Assert.True(look.IsWorthIt);
        look.TurnEnds(1, 1000, s_light);
        Assert.False(look.IsWorthIt);
    }

    [Fact]
    public void ATurnToldOfNothingGoesOnWithTheOneBefore()
    {
        var look = Conversation(1000);
        look.TurnEnds(1, 1000, s_light);
        look.TurnEnds(0, 1000, s_light);
        Assert.True(look.IsWorthIt);
        look.TurnEnds(1, 1000, s_light);
        Assert.False(look.IsWorthIt);
    }

    [Fact]
    public void PacketsOfOneStreamNeverStartIt()
    {
        var look = new LookBeforeSleep(cores: 2);
        for (var i = 0; i < 1000; i++)
        {
            look.TurnEnds(1, i % 20 == 0 ? 2ul : 1, s_light);
            Assert.False(look.IsWorthIt);
            look.PauseEnds(s_short);
        }
    }

    [Fact]
    public void AfterALongRestItTakesTheSameFewPausesToBeginAgain()
    {
        var look = Conversation(10);
        for (var i = 0; i < 1000; i++)
            Turn(ref look, long.MaxValue);
        Assert.False(look.IsWorthIt);
        AssertItTakesTheFewPauses(ref look);
    }

    [Fact]
    public void OnASingleCoreItSleeps()
    {
        var look = new LookBeforeSleep(cores: 1);
        for (var i = 0; i < 1000; i++)
            Turn(ref look, s_short);
        Assert.False(look.IsWorthIt);
    }

    private void AssertItTakesTheFewPauses(ref LookBeforeSleep look)
    {
        for (var i = 0; i < LookBeforeSleep.Sure; i++)
        {
            Turn(ref look, s_short);
            Assert.False(look.IsWorthIt);
        }

        Turn(ref look, s_short);
        Assert.True(look.IsWorthIt);
    }

    private LookBeforeSleep Conversation(int turns)
    {
        var look = new LookBeforeSleep(cores: 2);
        for (var i = 0; i < turns; i++)
            Turn(ref look, s_short);
        Assert.True(look.IsWorthIt);
        return look;
    }

    private void Turn(ref LookBeforeSleep look, long pause)
    {
        look.TurnEnds(1, _turn++ % 2, s_light);
        look.PauseEnds(pause);
    }
}
