using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>Tells a hub that asks for it how this agent is and what holds its streams back; ends with the link.</summary>
internal sealed class Reporting(LocalServices services)
{
    /// <summary>While nothing moves only every so many periods: an agent at rest wakes up seldom.</summary>
    private const int RestPeriods = 5;

    /// <summary>The least, whatever a hub asks for: a look at ten thousand streams takes a few milliseconds.</summary>
    private const int BeatMilliseconds = 1_000;

    /// <remarks>On the heartbeat, for a pause of its own would wake four threads each time.</remarks>
    public async Task RunAsync(HubLink link)
    {
        if (link.Welcome.ReportPeriod == 0)
            return;
        var period = Math.Max(1, link.Welcome.ReportPeriod / BeatMilliseconds);
        var watch = new StreamWatch(services, link.Session);
        var (beats, rest) = (0, 0);
        Look();
        Heartbeat.Shared.Beat += OnBeat;
        await link.Over;
        Heartbeat.Shared.Beat -= OnBeat;

        void OnBeat()
        {
            if (++beats % period == 0 && !link.Over.IsCompleted)
                Look();
        }

        void Look()
        {
            var streams = watch.Look();
            if (streams is null && rest++ % RestPeriods != 0)
                return;
            rest = 1;
            link.Session.TrySend(Report(streams ?? []));
        }
    }

    private static AgentReport Report(IReadOnlyList<StreamReport> streams) => new(
        ProcessMemory.Resident is > 0 and var resident ? resident : Environment.WorkingSet,
        Environment.CpuUsage.TotalTime, Environment.ProcessorCount, streams);
}
