using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Grows a receive window while rate × round trip asks for it; pure. A sender that is held back by a window W sends half
/// of it every half round trip. Half a window consumed in less than two thirds of a round trip therefore means that the
/// window may be the limit; growth ends at one and a half times what the path holds.
/// </summary>
public static class WindowTuner
{
    /// <summary>The window from the next credit on.</summary>
    /// <param name="window">Now, bytes.</param>
    /// <param name="sinceLastCredit">Time in which at least half of it was consumed.</param>
    /// <param name="roundTrip">Smoothed; null while unknown.</param>
    /// <param name="mayGrow">False when a budget is three quarters full.</param>
    public static int Next(int window, TimeSpan sinceLastCredit, TimeSpan? roundTrip, bool mayGrow)
    {
        if (!mayGrow || roundTrip is not { } rtt || window >= ProtocolLimits.MaxWindow)
            return window;
        return sinceLastCredit * 3 < rtt * 2 ? Math.Min(window * 2, ProtocolLimits.MaxWindow) : window;
    }
}
