namespace PrivateConnect.Hub.Agents;

/// <summary>So many lines a second of one kind, the rest is counted: nobody from outside fills the log. Any thread.</summary>
internal sealed class LogPace(TimeProvider time)
{
    /// <summary>More of one kind in a second tell nothing more; a day of them is some 300 MB.</summary>
    public const int LinesPerSecond = 20;

    private readonly Lock _gate = new();
    private long _second;
    private int _logged;
    private int _unlogged;

    /// <summary>Whether a line may be written, and how many were not since the last time that this was told.</summary>
    public bool MayLog(out int unlogged)
    {
        lock (_gate)
        {
            unlogged = 0;
            if (time.GetElapsedTime(_second) >= TimeSpan.FromSeconds(1))
            {
                _second = time.GetTimestamp();
                _logged = 0;
                (unlogged, _unlogged) = (_unlogged, 0);
            }

            if (_logged < LinesPerSecond)
            {
                _logged++;
                return true;
            }

            _unlogged++;
            return false;
        }
    }
}
