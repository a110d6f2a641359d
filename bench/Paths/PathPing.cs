using PrivateConnect.Bench.Workloads;

namespace PrivateConnect.Bench.Paths;

/// <summary>64 bytes from the visitor to the service and back, one at a time; an operation is a round trip.</summary>
internal sealed class PathPing : Workload
{
    private const int Message = 64;

    private readonly LoopbackPath _path;
    private readonly Countdown _done = new();
    private readonly Pump _echo;
    private readonly byte[] _message = new byte[Message];

    public PathPing(LoopbackPath path)
    {
        _path = path;
        _echo = new Pump(path.Service, Pump.Direction.Echo, _done);
    }

    public override void Run(int operations)
    {
        _done.Start(1);
        _echo.Start((long)operations * Message);
        for (var i = 0; i < operations; i++)
        {
            _path.Visitor.Send(_message.AsSpan());
            for (var got = 0; got < Message;)
            {
                var n = _path.Visitor.Receive(_message.AsSpan(got));
                if (n == 0)
                    throw new IOException("The path ended.");
                got += n;
            }
        }

        _done.Wait();
    }

    public override void Dispose()
    {
        _echo.Dispose();
        _path.Dispose();
        _done.Dispose();
    }
}
