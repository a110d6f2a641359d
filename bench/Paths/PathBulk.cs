using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Paths;

/// <summary>Both directions of one connection at once; an operation is 64 KiB from socket to socket.</summary>
internal sealed class PathBulk : Workload
{
    private const int Operation = 64 * 1024;

    private readonly LoopbackPath _path;
    private readonly Countdown _done = new();
    private readonly Pump[] _there;
    private readonly Pump[] _back;

    public PathBulk(LoopbackPath path)
    {
        _path = path;
        _there = [new(path.Service, Pump.Direction.Receive, _done), new(path.Visitor, Pump.Direction.Send, _done)];
        _back = [new(path.Visitor, Pump.Direction.Receive, _done), new(path.Service, Pump.Direction.Send, _done)];
    }

    public override void Run(int operations)
    {
        var there = operations / 2;
        _done.Start(_there.Length + _back.Length);
        foreach (var pump in _there)
            pump.Start((long)there * Operation);
        foreach (var pump in _back)
            pump.Start((long)(operations - there) * Operation);
        _done.Wait();
    }

    public override void Dispose()
    {
        foreach (var pump in _there.Concat(_back))
            pump.Dispose();
        _path.Dispose();
        _done.Dispose();
    }
}
