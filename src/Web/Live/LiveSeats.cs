namespace PrivateConnect.Web.Live;

/// <summary>Who looks at live pages now. Thread-safe.</summary>
public sealed class LiveSeats
{
    /// <summary>
    /// Open pages of one session that are live. A browser has six connections to a host over HTTP/1.1 and one must stay for
    /// clicks. One more: the page that was opened first stops being live, and says so.
    /// </summary>
    public const int PerSession = 5;

    /// <summary>Each costs a look at its session once a second and some 300 KB of compression. More: refused (503); the page tries again.</summary>
    public const int InAll = 64;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, List<Seat>> _taken = new(StringComparer.Ordinal);
    private int _all;

    /// <summary>How many are taken.</summary>
    public int Taken
    {
        get
        {
            lock (_gate)
                return _all;
        }
    }

    /// <summary>A seat until it is disposed of or lost to a newer page of the session; null when all are taken.</summary>
    public Seat? TryTake(string sessionId)
    {
        Seat? loser = null;
        var seat = new Seat(this, sessionId);
        lock (_gate)
        {
            if (!_taken.TryGetValue(sessionId, out var mine))
                _taken[sessionId] = mine = [];
            var isFull = mine.Count >= PerSession;
            if (!isFull && _all >= InAll)
            {
                if (mine.Count == 0)
                    _taken.Remove(sessionId);
                return null;
            }

            if (isFull)
            {
                loser = mine[0];
                mine.RemoveAt(0);
                _all--;
            }

            mine.Add(seat);
            _all++;
        }

        loser?.Lose();
        return seat;
    }

    private void Leave(Seat seat)
    {
        lock (_gate)
        {
            if (!_taken.TryGetValue(seat.SessionId, out var mine) || !mine.Remove(seat))
                return;
            _all--;
            if (mine.Count == 0)
                _taken.Remove(seat.SessionId);
        }
    }

    /// <summary>One live page.</summary>
    public sealed class Seat(LiveSeats seats, string sessionId) : IDisposable
    {
        private readonly TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal string SessionId => sessionId;

        /// <summary>Ends when a newer page took the seat.</summary>
        public Task Lost => _lost.Task;

        public void Dispose() => seats.Leave(this);

        internal void Lose() => _lost.TrySetResult();
    }
}
