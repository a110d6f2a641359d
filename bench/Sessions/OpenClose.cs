using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Sessions;

/// <summary>Opens a stream, ends both directions in order; an operation is one stream, with what both sides allocate for it.</summary>
internal sealed class OpenClose : Workload
{
    private readonly SessionRig _rig;
    private readonly Countdown _closed = new();
    private readonly MeasuredEnd _hub;
    private readonly MeasuredEnd _agent;

    public OpenClose(SessionRig rig)
    {
        _rig = rig;
        _hub = NewEnd();
        _agent = NewEnd();
    }

    public override void Run(int operations)
    {
        for (var i = 0; i < operations; i++)
        {
            _closed.Start(2);
            _rig.Open(_hub, _agent);
            _closed.Wait();
        }
    }

    public override void Dispose()
    {
        _rig.Dispose();
        _closed.Dispose();
    }

    private MeasuredEnd NewEnd()
    {
        var end = new MeasuredEnd(1, static (_, _) => { }) { Closed = _ => _closed.Count(1) };
        end.EndAtOnce();
        return end;
    }
}
