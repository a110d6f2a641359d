using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Sessions;

/// <summary>One stream, both directions at once; an operation is one pull, carried over and taken.</summary>
internal sealed class SessionBulk : Workload
{
    private readonly SessionRig _rig;
    private readonly int _frame;
    private readonly Countdown _done = new();
    private readonly MeasuredEnd _hub;
    private readonly MeasuredEnd _agent;

    /// <summary>Takes the rig over. <paramref name="onFrame"/> runs at every receipt: the check plants an allocation there.</summary>
    public SessionBulk(SessionRig rig, int frame, Action? onFrame = null)
    {
        _rig = rig;
        _frame = frame;
        void Received(MeasuredEnd end, int count)
        {
            onFrame?.Invoke();
            _done.Count(count);
        }

        _hub = new MeasuredEnd(frame, Received);
        _agent = new MeasuredEnd(frame, Received);
        rig.Open(_hub, _agent);
    }

    public override void Run(int operations)
    {
        var there = operations / 2;
        _done.Start((long)operations * _frame);
        _hub.Send((long)there * _frame);
        _agent.Send((long)(operations - there) * _frame);
        _done.Wait();
    }

    public override void Dispose()
    {
        _rig.Dispose();
        _done.Dispose();
    }
}
