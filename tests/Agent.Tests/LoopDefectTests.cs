using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent.Tests;

public sealed class LoopDefectTests : CommandTest
{
    [Fact]
    public async Task ADefectOnALoopIsToldInOneLineAndTheCommandGoesOn()
    {
        await using var hub = new MiniHub();
        _folder.Enrol(hub.Address.ToString()).Dispose();
        var log = new EventLog();
        var running = CommandLine.RunAsync(["up", "--json", "--config", _folder.Location], new Terminal(log, log));
        await log.WaitAsync(EventName.Connected);
        RelayLoop.Next().Schedule(static _ => throw new InvalidOperationException("on\npurpose"), null);
        var notice = await log.WaitAsync(EventName.Notice);
        Assert.StartsWith(
            "Attention: a defect of connect: InvalidOperationException: on?purpose", EventText.Printable(Assert.Single(EventText.Lines(notice))),
            StringComparison.Ordinal);

        // Only a hub that sends it away ends it.
        await Until(() =>
        {
            hub.CloseSessions(SessionEndReason.Revoked);
            return running.IsCompleted;
        });
        Assert.Equal((int)ExitCode.Revoked, await running);
    }
}
