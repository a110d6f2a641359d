using System.Net.Sockets;
using System.Threading.Channels;

namespace PrivateConnect.Agent;

/// <summary>Takes work from other commands of the same identity over the local socket, for as long as each of them lives.</summary>
internal sealed class HolderServer : IAsyncDisposable
{
    /// <summary>Commands at once; beyond it the next waits in the socket's backlog.</summary>
    private const int MaxClients = 256;

    /// <summary>Events kept for a command that reads slowly; the oldest is dropped beyond it.</summary>
    private const int EventBacklog = 256;

    /// <summary>A last word (why the session is over) gets so long to a slow reader; the program ends within a second.</summary>
    private static readonly TimeSpan LastWord = TimeSpan.FromMilliseconds(300);

    /// <summary>Before the next try after a command could not be taken: for want of a descriptor, as a rule, and others have to end first.</summary>
    private static readonly TimeSpan AcceptPause = TimeSpan.FromMilliseconds(100);

    private readonly AgentRuntime _runtime;
    private readonly string _path;
    private readonly TimeProvider _time;
    private readonly Func<Socket, CancellationToken, ValueTask<Socket>> _accept;
    private readonly Socket _listener;
    private readonly SemaphoreSlim _room = new(MaxClients);
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _accepting;

    private HolderServer(
        AgentRuntime runtime, string path, TimeProvider time, Socket listener, Func<Socket, CancellationToken, ValueTask<Socket>> accept)
    {
        (_runtime, _path, _time, _listener, _accept) = (runtime, path, time, listener, accept);
        _accepting = Task.Run(AcceptLoop);
    }

    /// <summary>Listens; only the owner of the folder's lock may call, so a socket file in the way is a dead holder's.</summary>
    /// <param name="runtime">Does the work.</param>
    /// <param name="path">The socket's file.</param>
    /// <param name="time">The clock.</param>
    /// <param name="accept">Takes the next connection of the listener; null: as the system does.</param>
    public static HolderServer Start(
        AgentRuntime runtime, string path, TimeProvider time, Func<Socket, CancellationToken, ValueTask<Socket>>? accept = null)
    {
        var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            File.Delete(path);
            listener.Bind(new UnixDomainSocketEndPoint(path));
            listener.Listen(MaxClients);
            return new HolderServer(runtime, path, time, listener, accept ?? (static (from, stop) => from.AcceptAsync(stop)));
        }
        catch (Exception error) when (error is SocketException or IOException or UnauthorizedAccessException)
        {
            listener.Dispose();
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"cannot listen on {path}: {error.Message.TrimEnd('.')}; choose another folder with --config");
        }
    }

    /// <summary>Withdraws what the other commands asked for, then lets them go: one of them takes over.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _accepting;
        _listener.Dispose();
        File.Delete(_path);
        _stop.Dispose();
    }

    private async Task AcceptLoop()
    {
        var clients = new List<Task>();
        try
        {
            while (true)
            {
                await _room.WaitAsync(_stop.Token);
                try
                {
                    var socket = await _accept(_listener, _stop.Token);
                    clients.RemoveAll(client => client.IsCompleted);
                    clients.Add(ServeAsync(socket));
                }
                catch (SocketException)
                {
                    // No descriptor left; the command waits in the backlog until there is one.
                    _room.Release();
                    await Task.Delay(AcceptPause, _time, _stop.Token);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Stopping.
        }

        await Task.WhenAll(clients);
    }

    /// <summary>Never fails: whatever goes wrong with one command is told to it alone.</summary>
    private async Task ServeAsync(Socket socket)
    {
        await Task.Yield();
        await using var stream = new NetworkStream(socket, ownsSocket: true);
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(_stop.Token);
        var lines = new JsonLines(stream);
        try
        {
            await AnswerAsync(lines, gone);
        }
        catch (Exception error) when (IsGone(error))
        {
            // The command went, or was none of ours; its work went with it.
        }
        finally
        {
            _room.Release();
        }
    }

    private async Task AnswerAsync(JsonLines lines, CancellationTokenSource gone)
    {
        try
        {
            var request = await lines.ReadAsync(AgentJson.Default.HolderRequest, gone.Token);
            if (request?.Do == HolderRequest.Status)
            {
                foreach (var part in StatusParts.Split(await _runtime.StatusAsync(gone.Token)))
                    await TellAsync(lines, part, gone.Token);
            }
            else if (request?.Do == HolderRequest.Work && request.IsWellFormed)
                await WorkAsync(lines, request, gone);
        }
        catch (Exception error) when (!IsGone(error))
        {
            await TellAsync(lines, LastWordOf(error), gone.Token);
        }
    }

    private async Task WorkAsync(JsonLines lines, HolderRequest request, CancellationTokenSource gone)
    {
        var events = Channel.CreateBounded<AgentEvent>(
            new BoundedChannelOptions(EventBacklog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });
        events.Writer.TryWrite(new AgentEvent(EventName.Attached) { Holder = Environment.ProcessId, Hub = _runtime.Hub.ToString() });
        using var silence = new CancellationTokenSource();
        var telling = TellAsync(lines, events.Reader, silence.Token);
        var watching = WatchAsync(lines, gone);
        var owner = new WorkOwner(request.Up, request.SawConnection, happened => events.Writer.TryWrite(happened));
        try
        {
            RequireSameHub(request);
            await _runtime.ServeAsync(owner, request.Items ?? [], gone.Token);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            events.Writer.TryWrite(LastWordOf(error));
        }
        finally
        {
            events.Writer.TryComplete();
            silence.CancelAfter(LastWord);
            await telling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await gone.CancelAsync();
            await watching;
        }
    }

    private void RequireSameHub(HolderRequest request)
    {
        if ((request.Hub is not null && request.Hub != _runtime.Hub.ToString()) || (request.Pin is not null && request.Pin != _runtime.Pin))
        {
            throw new AgentFailure(ExitCode.Usage,
                $"--hub/--pin: process {Environment.ProcessId} holds this identity's session with {_runtime.Hub}"
                + $"{(_runtime.Pin is null ? "" : " and " + _runtime.Pin)}; leave them out, end that process, or use another --config");
        }
    }

    private static async Task TellAsync(JsonLines lines, ChannelReader<AgentEvent> events, CancellationToken silence)
    {
        await foreach (var happened in events.ReadAllAsync(silence))
            await TellAsync(lines, happened, silence);
    }

    /// <summary>What is too long for a line is told as that: the command would wait for it in vain.</summary>
    private static async Task TellAsync(JsonLines lines, AgentEvent happened, CancellationToken cancellation)
    {
        try
        {
            await lines.WriteAsync(happened, AgentJson.Plain.AgentEvent, cancellation);
        }
        catch (InvalidDataException)
        {
            var failed = AgentEvent.Failed(
                ExitCode.Internal,
                $"the event '{happened.Event}' is longer than the {JsonLines.MaxLineBytes} bytes that process {Environment.ProcessId} hands on; "
                + "end that process and run this command alone",
                final: true);
            await lines.WriteAsync(failed, AgentJson.Plain.AgentEvent, cancellation);
        }
    }

    /// <summary>A command sends nothing after its request: the read ends when the command does.</summary>
    private static async Task WatchAsync(JsonLines lines, CancellationTokenSource gone)
    {
        try
        {
            await lines.ReadAsync(AgentJson.Default.HolderRequest, gone.Token);
        }
        catch (Exception error) when (IsGone(error))
        {
            // All the same: it is over.
        }

        await gone.CancelAsync();
    }

    private static bool IsGone(Exception error) =>
        error is IOException or InvalidDataException or OperationCanceledException or SocketException;

    /// <summary>A defect is ours, but it ends this command alone and not the session of the others.</summary>
    private static AgentEvent LastWordOf(Exception error) => error is AgentFailure failure
        ? AgentEvent.Failed(failure.Code, failure.Message, final: true)
        : AgentEvent.Failed(ExitCode.Internal, DefectText.Of(error), final: true);
}
