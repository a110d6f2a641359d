using PrivateConnect.Protocol.Frames;

namespace PrivateConnect.Protocol.Streams;

/// <summary>
/// Grows a receive window while rate × round trip asks for it; pure. A window of W carries at most W per round trip; when
/// half a window was consumed in less than one round trip the window, not the path, may be the limit.
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
        return sinceLastCredit < rtt ? Math.Min(window * 2, ProtocolLimits.MaxWindow) : window;
    }
}
