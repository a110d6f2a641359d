using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Checks;

/// <summary>An agent that tells the hub how a service looks from here: it opens it by name, under its own rights, as <c>reach</c> does.</summary>
public static class Witness
{
    /// <summary>The far agent's check and the way there; within the hub's own limit.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3.5);

    /// <summary>Answers a stream of <see cref="CheckKind.Via"/>; returns at once.</summary>
    /// <param name="stream">The hub's.</param>
    /// <param name="session">The session that it came on.</param>
    /// <param name="service">What to look at.</param>
    /// <param name="label">This agent's.</param>
    public static void Answer(MuxStream stream, Session session, string service, string label)
    {
        ArgumentNullException.ThrowIfNull(stream);
        ArgumentNullException.ThrowIfNull(session);
        var end = new ReportEnd();
        stream.Attach(end);
        _ = Task.Run(() => AnswerAsync(end, session, new OpenRequest(new CheckName(CheckKind.Check, service).ToString(), label)));
    }

    private static async Task AnswerAsync(ReportEnd end, Session session, OpenRequest request)
    {
        var reply = await ReportRequest.AskAsync(session, request, s_limit).ConfigureAwait(false);
        var report = new WitnessReport(
            reply.Error is null, reply.Error is null or StreamError.None ? null : reply.Error.ToString(), reply.FirstByteMs,
            reply.Error == StreamError.None ? Read(reply.Report.Span) : null);
        end.Answer(JsonSerializer.SerializeToUtf8Bytes(report, ReportJson.Default.WitnessReport));
    }

    /// <summary>Read and written again: the hub gets no more than a report has.</summary>
    private static TargetReport? Read(ReadOnlySpan<byte> json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, ReportJson.Default.TargetReport);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
