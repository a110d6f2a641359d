using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Sessions;

/// <summary>64 bytes there and back, one at a time; an operation is a round trip.</summary>
internal sealed class SessionPing : Workload
{
    private const int Message = 64;

    private readonly SessionRig _rig;
    private readonly Countdown _done = new();
    private readonly MeasuredEnd _hub;

    public SessionPing(SessionRig rig)
    {
        _rig = rig;
        _hub = new MeasuredEnd(Message, (end, count) =>
        {
            if (!_done.Count(count))
                end.Send(count);
        });
        rig.Open(_hub, new MeasuredEnd(Message, static (end, count) => end.Send(count)));
    }

    public override void Run(int operations)
    {
        _done.Start((long)operations * Message);
        _hub.Send(Message);
        _done.Wait();
    }

    public override void Dispose()
    {
        _rig.Dispose();
        _done.Dispose();
    }
}
