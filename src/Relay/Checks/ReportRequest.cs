using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Checks;

/// <summary>What came back on a stream that asked for a report.</summary>
/// <param name="Error">None: the report is whole. Null: it did not come in time.</param>
/// <param name="FirstByteMs">From OPEN to the first byte: the round trip to whoever answers.</param>
/// <param name="Report">JSON of the other side: data, to be judged.</param>
public sealed record ReportReply(StreamError? Error, double? FirstByteMs, ReadOnlyMemory<byte> Report);

/// <summary>Asks the other end of a session for a report.</summary>
public static class ReportRequest
{
    /// <summary>The longest report, bytes: a page of facts. Longer: the stream is reset, and there is none.</summary>
    public const int MaxSize = 16 * 1024;

    /// <summary>Never throws; a stream that is not answered within the limit is reset (Cancelled).</summary>
    public static async Task<ReportReply> AskAsync(Session session, OpenRequest request, TimeSpan limit, int most = MaxSize)
    {
        ArgumentNullException.ThrowIfNull(session);
        var end = new CollectEnd(most);
        var since = TimeProvider.System.GetTimestamp();
        if (session.TryOpen(request, end, out var refusal) is not { } stream)
            return new ReportReply(refusal, null, default);
        try
        {
            var error = await end.Closed.WaitAsync(limit, TimeProvider.System).ConfigureAwait(false);
            return new ReportReply(error, First(), end.Answer.ToArray());
        }
        catch (TimeoutException)
        {
            stream.Reset(StreamError.Cancelled);
            return new ReportReply(null, First(), default);
        }

        double? First() => end.FirstByte is not 0 and var at
            ? Math.Round(TimeProvider.System.GetElapsedTime(since, at).TotalMilliseconds, 3)
            : null;
    }
}
