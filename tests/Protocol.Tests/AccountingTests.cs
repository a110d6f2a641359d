using CsCheck;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>Windows, credits, meters and queues against small models.</summary>
public sealed class AccountingTests
{
    [Fact]
    public void AReceiverNeverAllowsMoreThanAWindowPastWhatWasConsumed() =>
        Gen.Select(Gen.Int[16 * 1024, 256 * 1024], Gen.Int[0, 70_000].Array[1, 200]).Sample((size, steps) =>
        {
            var window = new ReceiveWindow(size);
            long limitBefore = window.Limit;
            foreach (var step in steps)
            {
                var allowed = window.Limit - window.Received;
                if (window.TryReceive(step) != step <= allowed)
                    return false;
                if (step > allowed)
                    continue;
                if (window.Consume((int)(window.Received - window.Consumed)))
                    window.Renew(window.Size);
                if (window.Limit < limitBefore || window.Limit > window.Consumed + window.Size)
                    return false;
                // A sender that waits for credit always gets some: at most half a window is kept back.
                if (window.Limit - window.Received < window.Size / 2)
                    return false;
                limitBefore = window.Limit;
            }

            return true;
        });

    [Fact]
    public void AShorterReachHoldsTheLimitUntilNoMoreIsOnItsWay()
    {
        const int K = 1024;
        var window = new ReceiveWindow(1024 * K);
        Assert.True(window.TryReceive(1024 * K));
        Assert.False(window.Consume(512 * K, most: 256 * K));
        Assert.False(window.Consume(384 * K - 1, most: 256 * K));
        Assert.True(window.Consume(1, most: 256 * K));
        window.Renew(window.Size, most: 256 * K);
        Assert.Equal((1152 * K, 1024 * K), (window.Limit, window.Size));
        // Nobody is quiet beside it any more: the whole window is back with the next credit.
        Assert.True(window.Consume(0));
        window.Renew(window.Size);
        Assert.Equal(1920 * K, window.Limit);
    }

    [Fact]
    public void ACreditOnlyRisesAndOnlyWithinTheLargestWindow() =>
        Gen.Select(Gen.Long[-10, ProtocolLimits.MaxWindow * 2L], Gen.Int[0, 200_000]).Array[1, 50].Sample(steps =>
        {
            var credit = new SendCredit(100_000);
            long limit = 100_000;
            foreach (var (raise, spend) in steps)
            {
                var expected = raise < limit || raise - credit.Sent > ProtocolLimits.MaxWindow ? CreditOutcome.Violation
                    : raise == limit ? CreditOutcome.Useless : CreditOutcome.Raised;
                if (credit.Raise(raise) != expected)
                    return false;
                if (expected == CreditOutcome.Raised)
                    limit = raise;
                credit.Spend((int)Math.Min(spend, credit.Available));
                if (credit.Available != limit - credit.Sent)
                    return false;
            }

            return true;
        });

    [Fact]
    public void TheGuardNeverThrowsAndTheDecoderNeitherOnAnyBytes() =>
        Gen.Byte.Array[0, 200].Sample(bytes =>
        {
            MessagePackGuard.IsSafe(bytes);
            ControlCodec.Decode(bytes);
            ControlCodec.DecodeOpen(bytes);
        });

    [Fact]
    public void ChangedMessagesDecodeToSomethingOrNothingButNeverThrow()
    {
        var messages = SampleFrames.All().Select(f => f[ProtocolLimits.HeaderSize..]).ToArray();
        Gen.Select(Gen.Int[0, messages.Length - 1], Gen.Int[0, 200], Gen.Byte, Gen.Int[0, 200]).Sample((which, at, value, cut) =>
        {
            var bytes = messages[which].ToArray();
            if (bytes.Length > 0)
                bytes[at % bytes.Length] = value;
            bytes = bytes[..Math.Min(bytes.Length, cut)];
            ControlCodec.Decode(bytes);
            Handshake.HandshakeCodec.DecodeHello(bytes);
            Handshake.HandshakeCodec.DecodeWelcome(bytes);
            Handshake.HandshakeCodec.DecodeGoAway(bytes);
        });
    }

    [Theory]
    [InlineData(10, 18, true, 0, 2)]
    [InlineData(10, 20, true, 0, 1)]
    [InlineData(10, 18, false, 0, 1)]
    [InlineData(0.1, 0.4, true, 0, 1)]
    [InlineData(0.1, 0.4, true, WindowTuner.ProvenBytes, 2)]
    [InlineData(0.1, 0.5, true, WindowTuner.ProvenBytes, 1)]
    public void AWindowDoublesWhenHalfOfItGoesWithinTwoRoundTripsOrTheTimeOfANearPath(
        double roundTrip, double took, bool keepsUp, int consumed, int times)
    {
        var window = Consumed(ProtocolLimits.MaxInitialWindow, consumed);
        Assert.Equal(window.Size * times, WindowTuner.Next(
            window, TimeSpan.FromMilliseconds(took), TimeSpan.FromMilliseconds(roundTrip), keepsUp));
    }

    [Fact]
    public void ALargeWindowIsJudgedByTheTimeOfItsHalfThoughCreditComesInSmallerSteps()
    {
        var window = Consumed(8 * ReceiveWindow.MaxCreditStep, 0);
        Assert.Equal(ReceiveWindow.MaxCreditStep, window.CreditStep);
        Assert.Equal(window.Size, Next(50));
        Assert.Equal(window.Size * 2, Next(49));

        // Four steps make the half; two round trips, less the processes' own millisecond, are 199 ms.
        int Next(double step) => WindowTuner.Next(
            window, TimeSpan.FromMilliseconds(step), TimeSpan.FromMilliseconds(100), keepsUp: true);
    }

    [Fact]
    public void AWindowEndsAtTheHardLimit() =>
        Assert.Equal(ProtocolLimits.MaxWindow, WindowTuner.Next(
            Consumed(ProtocolLimits.MaxWindow, 0), TimeSpan.Zero, TimeSpan.FromSeconds(1), keepsUp: true));

    private static ReceiveWindow Consumed(int size, int bytes)
    {
        var window = new ReceiveWindow(size);
        window.Consume(bytes);
        return window;
    }

    [Fact]
    public void AMeterGivesItsBurstThenItsRate()
    {
        var meter = new RateMeter(10, 50);
        var taken = 0;
        for (var i = 0; i < 1_000; i++)
            taken += meter.TryTake(1_000) ? 1 : 0;
        Assert.Equal(50, taken);
        for (var i = 0; i < 1_000; i++)
            taken += meter.TryTake(3_000) ? 1 : 0;
        Assert.Equal(70, taken);
    }

    [Fact]
    public void BudgetsNestAndNameTheirThresholds()
    {
        var process = new HeldBytes(1_000, null);
        var session = new HeldBytes(500, process);
        session.Add(374);
        Assert.True(session.MayGrow);
        session.Add(1);
        Assert.False(session.MayGrow);
        Assert.True(session.MayOpen);
        session.Add(75);
        Assert.False(session.MayOpen);
        session.Add(51);
        Assert.True(session.IsExhausted);
        Assert.Equal(501, process.Held);
        session.Add(-501);
        process.Add(1_001);
        Assert.True(session.IsExhausted);
        Assert.False(session.MayGrow);
    }

    [Fact]
    public void AShareIsNotHeldToWhatOthersTook()
    {
        var process = new HeldBytes(1_000, null);
        var greedy = new HeldBytes(500, process) { IsShare = true };
        var modest = new HeldBytes(500, process) { IsShare = true };
        var session = new HeldBytes(10_000, modest);
        greedy.Add(5_000);
        Assert.False(greedy.MayOpen);
        Assert.True(greedy.IsExhausted);
        Assert.True(session.MayGrow && session.MayOpen && !session.IsExhausted);
        session.Add(450);
        Assert.False(session.MayOpen);
        Assert.Equal(5_450, process.Held);
    }

    [Fact]
    public void UnderPressureAWindowShrinksToWhatStreamsStartWithAndTakesNoCreditBack()
    {
        Assert.Equal(524_288, WindowTuner.UnderPressure(1_048_576, 65_536));
        Assert.Equal(65_536, WindowTuner.UnderPressure(100_000, 65_536));
        Assert.Equal(65_536, WindowTuner.UnderPressure(65_536, 65_536));

        var window = new ReceiveWindow(1_048_576);
        Assert.True(window.TryReceive(524_288));
        Assert.True(window.Consume(524_288));
        window.Renew(65_536);
        Assert.Equal(1_048_576, window.Limit);
        Assert.True(window.TryReceive(524_288));
        Assert.False(window.Consume(400_000));
        Assert.True(window.Consume(124_288));
        window.Renew(65_536);
        Assert.Equal(1_048_576 + 65_536, window.Limit);
    }

    [Theory]
    [InlineData(0, 0, KeepAliveVerdict.Wait)]
    [InlineData(1, 5, KeepAliveVerdict.Ping)]
    [InlineData(14, 5, KeepAliveVerdict.Ping)]
    [InlineData(15, 0, KeepAliveVerdict.Dead)]
    public void SilenceIsPingedThenGivenUp(int heard, int pinged, KeepAliveVerdict expected) =>
        Assert.Equal(expected, KeepAlive.Decide(TimeSpan.FromSeconds(heard), TimeSpan.FromSeconds(pinged)));
}
