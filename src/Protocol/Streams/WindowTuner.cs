using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Grows a receive window while rate × round trip asks for it; pure. A window doubles when half of it is consumed in less
/// than about two round trips. Less patience is not enough on a far path: a sender that paces its packets by the rate it
/// sees, and sees the rate that the window allows, spreads half a window over a whole round trip, and the window would
/// never look like the limit that it is (docs/decisions/0012).
/// </summary>
/// <remarks>
/// On a near path the window is not the path's limit but the clock of credits: each costs both processes a wake-up. A
/// stream that has proved that its end keeps up therefore gets the window of a path of at least 0.7 ms.
/// Measured on loopback, one stream: 4.4 → 7.1 Gbit/s and 2.5 → 1.7 CPU-s/GB (docs/decisions/0007).
/// </remarks>
public static class WindowTuner
{
    /// <summary>
    /// Bytes that an end must have taken, never refusing, before it counts as fast: more than the kernel's buffers hold for
    /// a reader that never reads.
    /// </summary>
    public const long ProvenBytes = 16L * 1024 * 1024;

    /// <summary>What a path counts as at least for a proven stream.</summary>
    internal static readonly TimeSpan LeastPath = TimeSpan.FromMicroseconds(700);

    /// <summary>What a near path gets while another stream of the session says little and often: measured, decisions/0017.</summary>
    internal const int Near = 256 * 1024;

    /// <summary>Of a measured round trip this much may be the processes' own delay and no distance.</summary>
    private static readonly TimeSpan s_ownDelay = TimeSpan.FromMilliseconds(0.5);

    /// <summary>The window from the next credit on.</summary>
    /// <param name="window">Now.</param>
    /// <param name="sinceLastCredit">Time in which one <see cref="ReceiveWindow.CreditStep"/> of it was consumed.</param>
    /// <param name="roundTrip">Least seen; null while unknown.</param>
    /// <param name="keepsUp">False when the end refused bytes since the last credit: no window helps it.</param>
    public static int Next(
        in ReceiveWindow window, TimeSpan sinceLastCredit, TimeSpan? roundTrip, bool keepsUp)
    {
        if (!keepsUp || roundTrip is not { } rtt || window.Size >= ProtocolLimits.MaxWindow)
            return window.Size;
        var near = window.Consumed >= ProvenBytes && rtt < LeastPath ? LeastPath : rtt;
        var patience = Max(near * 2 / 3, (rtt - s_ownDelay) * 2);
        var steps = window.Size / 2 / (double)window.CreditStep;
        return sinceLastCredit * steps < patience ? Math.Min(window.Size * 2, ProtocolLimits.MaxWindow) : window.Size;
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    /// <summary>The window from the next credit on while a budget is three quarters full: half, but not below what every stream starts with.</summary>
    public static int UnderPressure(int window, int initial) => Math.Max(Math.Min(window, initial), window / 2);
}
