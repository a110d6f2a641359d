using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>Connect, one message there and back, close: what a connection costs that carries almost nothing.</summary>
internal sealed class ShortConnections(int atOnce) : IScenario
{
    public string Name => "short";

    public string Title => $"short connections, {atOnce} at once";

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var threads = new ClientThreads();
        long done = 0;
        for (var i = 0; i < atOnce; i++)
            threads.Run(() =>
            {
                var message = new byte[Sockets.MessageBytes];
                while (!threads.Ending)
                {
                    using var socket = Sockets.Connect(context.Entry, Role.LightEcho);
                    Sockets.SendAll(socket, message);
                    Sockets.ReceiveAll(socket, message);
                    Interlocked.Increment(ref done);
                }
            });
        var window = context.Measure(() => Interlocked.Read(ref done));
        threads.ThrowIfBroken();
        threads.EndAndJoin();
        var count = window.After - window.Before;
        return
        [
            Measured.PerSecond("connection", count / window.Seconds),
            Measured.CpuPer("connection", window.CpuSeconds * 1e6 / count),
        ];
    }
}
