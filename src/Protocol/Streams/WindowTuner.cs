using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Grows a receive window while rate × round trip asks for it; pure. A sender that is held back by a window W sends half
/// of it every half round trip. Half a window consumed in less than two thirds of a round trip therefore means that the
/// window may be the limit; growth ends at one and a half times what the path holds.
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

    private static readonly TimeSpan s_leastPath = TimeSpan.FromMicroseconds(700);

    /// <summary>The window from the next credit on.</summary>
    /// <param name="window">Now, bytes.</param>
    /// <param name="sinceLastCredit">Time in which at least half of it was consumed.</param>
    /// <param name="roundTrip">Smoothed; null while unknown.</param>
    /// <param name="consumed">Bytes that the end took so far.</param>
    /// <param name="keepsUp">False when the end refused bytes since the last credit: no window helps it.</param>
    public static int Next(int window, TimeSpan sinceLastCredit, TimeSpan? roundTrip, long consumed, bool keepsUp)
    {
        if (!keepsUp || roundTrip is not { } rtt || window >= ProtocolLimits.MaxWindow)
            return window;
        if (consumed >= ProvenBytes && rtt < s_leastPath)
            rtt = s_leastPath;
        return sinceLastCredit * 3 < rtt * 2 ? Math.Min(window * 2, ProtocolLimits.MaxWindow) : window;
    }

    /// <summary>The window from the next credit on while a budget is three quarters full: half, but not below what every stream starts with.</summary>
    public static int UnderPressure(int window, int initial) => Math.Max(Math.Min(window, initial), window / 2);
}
