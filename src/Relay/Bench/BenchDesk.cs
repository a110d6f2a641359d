using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Bench;

/// <summary>
/// Answers the bench streams of a session, for one asker at a time and not for long. Costs nothing while nobody asks.
/// Any thread.
/// </summary>
public sealed class BenchDesk(RelayLoop loop, SocketTransport? socket, TimeProvider time)
{
    /// <summary>From an asker's first stream on; then its streams are reset (Cancelled). A minute is the longest bench.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(90);

    private readonly Lock _gate = new();
    private readonly BenchStreams _streams = new(loop, socket);
    private string? _asker;
    private ITimer? _timer;

    /// <summary>This end of the asker's streams.</summary>
    public BenchLeg Leg => _streams.Read();

    /// <summary>
    /// Counts a stream to the asker's bench. False, and the stream was reset, while another one's runs or when it is one too
    /// many.
    /// </summary>
    public bool TryAdmit(MuxStream stream, BenchKind kind, string asker)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_gate)
        {
            if (_streams.IsEmpty)
            {
                _asker = asker;
                _timer?.Dispose();
                _timer = time.CreateTimer(
                    static streams => ((BenchStreams)streams!).Reset(StreamError.Cancelled), _streams, s_limit, Timeout.InfiniteTimeSpan);
            }

            if (_asker == asker && _streams.TryAdd(stream, isBeside: kind is BenchKind.Echo or BenchKind.Dial))
                return true;
        }

        stream.Reset(StreamError.TooManyStreams);
        return false;
    }

    /// <summary>Answers a stream that was admitted; false where the kind is none of those that need nobody else.</summary>
    public static bool TryServe(MuxStream stream, BenchKind kind)
    {
        ArgumentNullException.ThrowIfNull(stream);
        switch (kind)
        {
            case BenchKind.Echo:
                stream.Attach(new BridgeEnd(stream, null));
                return true;
            case BenchKind.Sink:
                stream.Attach(new SinkEnd());
                return true;
            case BenchKind.Source:
                stream.Attach(new SourceEnd());
                return true;
            default:
                return false;
        }
    }

    /// <summary>Tells the asker how this process and its streams stand; only while its bench runs.</summary>
    public void Report(MuxStream stream, string asker, Func<IReadOnlyList<BenchLeg>> legs)
    {
        ArgumentNullException.ThrowIfNull(stream);
        lock (_gate)
        {
            if (_asker != asker || _streams.IsEmpty)
            {
                stream.Reset(StreamError.Cancelled);
                return;
            }
        }

        // Reading the system's files is nothing for a loop.
        ThreadPool.UnsafeQueueUserWorkItem(
            _ => stream.Attach(new AnswerEnd(BenchReport.Now(time, legs()).Encode())), null);
    }
}
