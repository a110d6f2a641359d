using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Agent;

/// <summary>One connection to the hub from WELCOME to its end: the session, its loop, and requests under way.</summary>
internal sealed class HubLink
{
    /// <summary>A hub that is well answers in milliseconds; the session itself notices a dead one in 15 s.</summary>
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(10);

    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly PendingRequests _pending;
    private readonly TimeProvider _time;
    private readonly Reporting _reporting;
    private Task<SessionEnd>? _running;

    private HubLink(
        PendingRequests pending, Welcome welcome, RelayLoop loop, SocketTransport socket, Reporting reporting, TimeProvider time) =>
        (_pending, Welcome, Loop, Socket, _reporting, _time, Since) = (pending, welcome, loop, socket, reporting, time, time.GetUtcNow());

    public Welcome Welcome { get; }

    public RelayLoop Loop { get; }

    /// <summary>The socket under the session.</summary>
    public SocketTransport Socket { get; }

    public Session Session { get; private set; } = null!;

    public DateTimeOffset Since { get; }

    /// <summary>The hub's GOAWAY, once it came.</summary>
    public GoAway? GoAway { get; private set; }

    /// <summary>Completes when nothing new can start here: the session ended or the hub said GOAWAY.</summary>
    public Task Over => _over.Task;

    /// <summary>Completes when the session ended and its last stream with it.</summary>
    public Task<SessionEnd> Ended => _running ?? throw new InvalidOperationException("not started");

    public static HubLink Create(
        Stream stream, SocketTransport socket, RelayLoop loop, Welcome welcome, int receiveWindow, LocalServices services,
        TimeProvider time)
    {
        var pending = new PendingRequests();
        var link = new HubLink(pending, welcome, loop, socket, new Reporting(services), time);
        var options = new SessionOptions
        {
            ReceiveWindow = receiveWindow,
            SendWindow = welcome.InitialWindow,
            Scheduler = loop,
        };
        var handler = new HubMessages(services, pending, loop, new BenchDesk(loop, socket, time), link);
        link.Session = new Session(stream, SessionRole.Agent, options, handler);
        return link;
    }

    public void Start() => _running = RunAsync();

    /// <summary>Sends a request and waits for its answer; null when the link ended or the hub did not answer.</summary>
    public async Task<ControlMessage?> AskAsync(Func<uint, ControlMessage> request, CancellationToken cancellation)
    {
        var id = _pending.Add(out var answer);
        try
        {
            if (Over.IsCompleted || !Session.TrySend(request(id)))
                return null;
            await Task.WhenAny(answer, Over).WaitAsync(AnswerLimit, _time, cancellation);
            return answer.IsCompletedSuccessfully ? await answer : null;
        }
        catch (TimeoutException)
        {
            return null;
        }
        finally
        {
            _pending.Remove(id);
        }
    }

    /// <summary>Waits, but not beyond the end of the link.</summary>
    public async Task PauseAsync(TimeSpan pause, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(Task.Delay(pause, _time, stop.Token), Over);
        await stop.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    private async Task<SessionEnd> RunAsync()
    {
        var running = Session.RunAsync();
        var reporting = _reporting.RunAsync(this);
        var end = await running;
        _over.TrySetResult();
        await reporting;
        return end;
    }

    /// <summary>The hub takes nothing new here.</summary>
    public void SayOver(GoAway goAway)
    {
        GoAway ??= goAway;
        _over.TrySetResult();
    }
}
