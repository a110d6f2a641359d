using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>Has the hub diagnose a service once, from there and from here, over the session that is there.</summary>
internal sealed class Diagnosing(LinkSignal links)
{
    /// <summary>The hub's own limit is four seconds; far paths add theirs.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(8);

    /// <summary>As large as the hub keeps them.</summary>
    private const int MaxDocument = 64 * 1024;

    public async Task RunAsync(WorkItem item, WorkOwner owner, CancellationToken cancellation)
    {
        var link = await links.WaitAsync(cancellation);
        // Its refusal says why, where there is no such service.
        await Reaching.FindOnceAsync(link, item.Service, cancellation);
        var reply = await ReportRequest.AskAsync(
            link.Session, new OpenRequest(new CheckName(CheckKind.Diagnose, item.Service).ToString(), link.Welcome.Label), s_limit, MaxDocument);
        cancellation.ThrowIfCancellationRequested();
        if (reply.Error != StreamError.None)
            throw Failure(reply.Error, item.Service);
        owner.Tell(new AgentEvent(EventName.Diagnosis) { Service = item.Service, Diagnosis = Read(reply.Report.Span) });
    }

    private static DiagnosisDocument Read(ReadOnlySpan<byte> json)
    {
        try
        {
            if (JsonSerializer.Deserialize(json, DiagnosisJson.Default.DiagnosisDocument) is { } document && DiagnosisText.IsWhole(document))
                return document;
        }
        catch (JsonException)
        {
            // Told below.
        }

        throw new AgentFailure(ExitCode.Version, "the hub gave an answer that this agent does not understand; update the older side");
    }

    private static AgentFailure Failure(StreamError? error, string service) => error switch
    {
        null => new AgentFailure(ExitCode.NotMeasured, $"the hub did not answer within {s_limit.TotalSeconds:0} s; try again"),
        StreamError.SessionLost or StreamError.Shutdown => new AgentFailure(
            ExitCode.HubUnreachable, "the connection to the hub was lost during the diagnosis; try again"),
        StreamError.TooManyStreams => new AgentFailure(
            ExitCode.NotMeasured, $"'{service}' was diagnosed within the last second, or a quota is reached; try again in a moment"),
        StreamError.AgentAway or StreamError.UnknownService => new AgentFailure(
            ExitCode.Version, "the hub makes no diagnoses: it is older than this agent; update it"),
        _ => new AgentFailure(ExitCode.NotMeasured, $"the hub ended the diagnosis ({error}); try again"),
    };
}
