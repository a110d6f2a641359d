using System.Text.Json;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Checks;

/// <summary>
/// The checks of one exposed service: who asks while one runs, or within a second of its start, gets that one's report, so
/// that a target is looked at once a second at most, whoever asks how often. Any thread.
/// </summary>
public sealed class SharedCheck(TargetEndpoint target, ServiceProtocol? declared)
{
    private static readonly TimeSpan s_pace = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private Task<TargetReport>? _last;
    private long _since;

    /// <summary>Answers a stream of <see cref="CheckKind.Check"/>; returns at once.</summary>
    public void Answer(MuxStream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        var end = new ReportEnd();
        stream.Attach(end);
        _ = AnswerAsync(end);
    }

    private async Task AnswerAsync(ReportEnd end) =>
        end.Answer(JsonSerializer.SerializeToUtf8Bytes(await RunAsync().ConfigureAwait(false), ReportJson.Default.TargetReport));

    private Task<TargetReport> RunAsync()
    {
        lock (_gate)
        {
            if (_last is null || (_last.IsCompleted && TimeProvider.System.GetElapsedTime(_since) >= s_pace))
            {
                _since = TimeProvider.System.GetTimestamp();
                // On the pool: who asks is a relay loop.
                _last = Task.Run(() => TargetCheck.RunAsync(target, declared));
            }

            return _last;
        }
    }
}
