namespace PrivateConnect.Hub.Agents;

/// <summary>The last rates of something, in equal steps. Takes memory only while something flowed in one of them. Not thread-safe.</summary>
internal sealed class FlowRing(int steps)
{
    private float[]? _in;
    private float[]? _out;
    private long _last = -1;
    private long _busy = -1;

    /// <summary>Whether it takes memory.</summary>
    public bool IsKept => _in is not null;

    /// <summary>Adds to the step that is being filled; steps only go up.</summary>
    public void Add(long step, double bytesIn, double bytesOut)
    {
        Pass(step);
        if (bytesIn <= 0 && bytesOut <= 0)
            return;
        (_in, _out) = (_in ?? new float[steps], _out ?? new float[steps]);
        _busy = step;
        _in[step % steps] += (float)bytesIn;
        _out[step % steps] += (float)bytesOut;
    }

    /// <summary>Oldest first, the step that is being filled last.</summary>
    public FlowSeries Read(long step)
    {
        var (bytesIn, bytesOut) = (new float[steps], new float[steps]);
        if (_in is not null && _out is not null)
        {
            for (var i = 0; i < steps; i++)
            {
                var from = step - steps + 1 + i;
                if (from >= 0 && from > _last - steps && from <= _last)
                    (bytesIn[i], bytesOut[i]) = (_in[from % steps], _out[from % steps]);
            }
        }

        return new FlowSeries(bytesIn, bytesOut);
    }

    private void Pass(long step)
    {
        if (step - _busy >= steps)
            (_in, _out) = (null, null);
        if (_in is not null && _out is not null)
        {
            for (var passed = Math.Max(_last + 1, step - steps + 1); passed <= step; passed++)
                (_in[passed % steps], _out[passed % steps]) = (0, 0);
        }

        _last = step;
    }
}
