using System.Diagnostics;

namespace PrivateConnect.Relay;

/// <summary>
/// Whether a loop that has nothing to do asks its sockets again for a moment, or sleeps at once. To wake a core that sleeps
/// takes longer than to pass on a small message; so in a conversation of small messages, where the answer was back within
/// that moment lately, looking costs no more processor time than sleeping does. Everywhere else the loop sleeps. Pure; one
/// thread. decisions/0072
/// </summary>
internal struct LookBeforeSleep
{
    /// <summary>How long a loop asks, in ticks of <see cref="Stopwatch"/>: 100 µs, what the answer of a peer on the same machine takes that sleeps itself.</summary>
    internal static readonly long Longest = Stopwatch.Frequency / 10_000;

    /// <summary>40 µs: a turn that takes longer moves bulk or serves many. The cores are busy then, and whoever keeps asking slows the others down.</summary>
    internal static readonly long LightTurn = Stopwatch.Frequency / 25_000;

    /// <summary>More ready sockets at once than these are a crowd: somebody of it will be ready soon anyway.</summary>
    internal const int FewEvents = 2;

    /// <summary>So many short pauses in a row, and one, are a conversation; as many more make it as sure as it gets.</summary>
    internal const int Sure = 4;

    /// <summary>A long pause counts as four short ones: a look in vain costs 100 µs, one that finds something spares some 25.</summary>
    internal const int InVain = 4;

    // On a single core whoever is to answer needs the very core that would be asking.
    private readonly bool _mayLook;
    private int _confidence = -Sure;

    /// <param name="cores">Of the machine, or as many as the process may use.</param>
    public LookBeforeSleep(int cores) => _mayLook = cores > 1;

    /// <summary>True when the loop should ask for up to <see cref="Longest"/> before it sleeps.</summary>
    public readonly bool IsWorthIt => _mayLook && _confidence > 0;

    /// <summary>A turn of so many events that took so many ticks ends: one that was not light ends every conversation.</summary>
    public void TurnEnds(int events, long ticks)
    {
        if (events > FewEvents || ticks >= LightTurn)
            _confidence = -Sure;
    }

    /// <summary>So many ticks later something is ready, whether the loop asked or slept meanwhile.</summary>
    public void PauseEnds(long ticks) =>
        _confidence = ticks < Longest ? Math.Min(_confidence + 1, Sure) : Math.Max(_confidence - InVain, -Sure);
}
