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

    /// <summary>So many short pauses in a row, and one, are a conversation; as many more make it as sure as it gets.</summary>
    internal const int Sure = 4;

    /// <summary>A long pause, or a turn of no conversation, counts as four short pauses: a look in vain costs 100 µs, one that finds something spares some 25.</summary>
    internal const int InVain = 4;

    // On a single core whoever is to answer needs the very core that would be asking.
    private readonly bool _mayLook;
    private int _confidence = -Sure;
    private ulong _last;

    /// <param name="cores">Of the machine, or as many as the process may use.</param>
    public LookBeforeSleep(int cores) => _mayLook = cores > 1;

    /// <summary>True when the loop should ask for up to <see cref="Longest"/> before it sleeps.</summary>
    public readonly bool IsWorthIt => _mayLook && _confidence > 0;

    /// <summary>
    /// A turn ends. In a conversation one socket is ready, and another one than before: question and answer. The same one again is
    /// a stream in pieces, as from a slow link, and several are a crowd; neither is waited for, nor where a turn moved bulk.
    /// </summary>
    /// <param name="ready">How many sockets it was told of; 0 goes on with the turn before.</param>
    /// <param name="first">Tells the first of them from all others.</param>
    /// <param name="ticks">How long it took.</param>
    public void TurnEnds(int ready, ulong first, long ticks)
    {
        var isAnswer = ready <= 0 || (ready == 1 && first != _last);
        if (ready > 0)
            _last = first;
        if (ticks >= LightTurn)
            _confidence = -Sure;
        else if (!isAnswer)
            _confidence = Math.Max(_confidence - InVain, -Sure);
    }

    /// <summary>So many ticks later something is ready, whether the loop asked or slept meanwhile.</summary>
    public void PauseEnds(long ticks) =>
        _confidence = ticks < Longest ? Math.Min(_confidence + 1, Sure) : Math.Max(_confidence - InVain, -Sure);
}
