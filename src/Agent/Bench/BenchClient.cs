using System.Buffers.Binary;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent;

/// <summary>Opens a bench's streams over the session and asks the other sides how they stand.</summary>
/// <param name="link">The session.</param>
/// <param name="service">The service, or empty for the hub alone.</param>
/// <param name="time">The clock.</param>
internal sealed class BenchClient(HubLink link, string service, TimeProvider time)
{
    /// <summary>An answer of a few hundred bytes, behind whatever waits in the path.</summary>
    private static readonly TimeSpan s_answerLimit = TimeSpan.FromSeconds(15);

    /// <param name="kind">What the other side shall do.</param>
    /// <param name="of">The service, or empty for the hub.</param>
    /// <param name="end">This side.</param>
    public MuxStream Open(BenchKind kind, string of, StreamEnd end) =>
        link.Session.TryOpen(new OpenRequest(new BenchName(kind, of).ToString(), link.Welcome.Label), end, out var refusal)
            ?? throw Failure(refusal, of);

    /// <summary>This process, the hub, and the service's agent, at about the same moment.</summary>
    public async Task<BenchLook> LookAsync(BenchStreams mine, bool withAgent, CancellationToken cancellation)
    {
        var agent = withAgent ? ReportAsync(service, cancellation) : null;
        var hub = ReportAsync("", cancellation);
        var here = BenchReport.Now(time, mine.Read());
        try
        {
            return new BenchLook(here, await hub, agent is null ? null : await agent);
        }
        finally
        {
            // Its failure is the same one; nobody else looks at it.
            await (agent ?? Task.CompletedTask).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Milliseconds, or why the agent cannot dial its target.</summary>
    public async Task<(double? Took, string? Problem)> DialAsync(CancellationToken cancellation)
    {
        var end = new CollectEnd(BenchReport.MaxSize);
        var stream = Open(BenchKind.Dial, service, end);
        return await ClosedAsync(end, stream, service, cancellation) switch
        {
            StreamError.None when end.Answer.Length == sizeof(long) =>
                (Math.Max(0, BinaryPrimitives.ReadInt64BigEndian(end.Answer)) / 1e3, null),
            StreamError.None => throw NoReport(service),
            var error when StreamProblem.Describe(error, $"of '{service}'") is { } problem => (null, problem),
            var error => throw Failure(error, service),
        };
    }

    /// <summary>Throws when one of the streams ended by itself.</summary>
    public static void RequireLive(IEnumerable<MuxStream> streams, string of)
    {
        foreach (var stream in streams)
        {
            if (stream.State == StreamState.Closed)
                throw Failure(stream.EndError, of);
        }
    }

    private async Task<BenchReport> ReportAsync(string of, CancellationToken cancellation)
    {
        var end = new CollectEnd(BenchReport.MaxSize);
        var stream = Open(BenchKind.Report, of, end);
        var error = await ClosedAsync(end, stream, of, cancellation);
        if (error != StreamError.None)
            throw Failure(error, of);
        return BenchReport.Decode(end.Answer) ?? throw NoReport(of);
    }

    private async Task<StreamError> ClosedAsync(CollectEnd end, MuxStream stream, string of, CancellationToken cancellation)
    {
        try
        {
            return await end.Closed.WaitAsync(s_answerLimit, time, cancellation);
        }
        catch (TimeoutException)
        {
            throw new AgentFailure(ExitCode.NotMeasured, $"{Who(of)} did not answer within {s_answerLimit.TotalSeconds:0} s; try again with a longer --seconds");
        }
        finally
        {
            stream.Reset(StreamError.Cancelled);
        }
    }

    private static AgentFailure NoReport(string of) =>
        new(ExitCode.Version, $"{Who(of)} gave an answer that this agent does not understand; update the older side");

    private static AgentFailure Failure(StreamError error, string of) => error switch
    {
        StreamError.SessionLost or StreamError.Shutdown => new AgentFailure(
            ExitCode.HubUnreachable, "the connection to the hub was lost during the bench; try again"),
        StreamError.UnknownService => new AgentFailure(ExitCode.Version, $"{Who(of)} answers no bench: it is older than this agent; update it"),
        StreamError.AgentAway when of.Length == 0 => new AgentFailure(
            ExitCode.Version, "the hub answers no bench: it is older than this agent; update it"),
        StreamError.TooManyStreams => new AgentFailure(
            ExitCode.NotMeasured, $"{Who(of)} takes no more streams: another bench runs there, or a quota is reached; try again later"),
        _ => new AgentFailure(
            ExitCode.NotMeasured, $"{Who(of)} ended the bench: {StreamProblem.Describe(error, $"of '{of}'") ?? error.ToString()}; try again"),
    };

    private static string Who(string of) => of.Length == 0 ? "the hub" : $"the agent of '{of}'";
}
