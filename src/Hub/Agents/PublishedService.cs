using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>A service that is up: its listener, its live streams and what they moved.</summary>
internal sealed class PublishedService(
    string name, string target, AgentSession owner, ServiceShare share, RelayProblems problems) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Dictionary<MuxStream, Visit> _live = [];
    private readonly SendFlow _flow = owner.Session.NewFlow(share);
    private PortListener? _listener;
    private long _endedIn;
    private long _endedOut;
    private bool _withdrawn;

    public string Name => name;

    public string Target => target;

    public AgentSession Owner => owner;

    /// <summary>What it gets of its agent's session.</summary>
    public ServiceShare Share => share;

    /// <summary>How its streams ended.</summary>
    public StreamEndings Endings { get; } = new();

    public IPEndPoint Address => _listener?.LocalEndPoint ?? new IPEndPoint(IPAddress.None, 0);

    /// <summary>Binds the tunnel port; from here on visitors are taken.</summary>
    public void Listen(IPEndPoint at) => _listener = PortListener.Bind(at, OnVisitor);

    /// <summary>Live streams, and bytes from the agent and to it since the service is up.</summary>
    public (int Streams, long BytesIn, long BytesOut) Totals()
    {
        lock (_gate)
        {
            var (bytesIn, bytesOut) = (_endedIn, _endedOut);
            foreach (var stream in _live.Keys)
            {
                bytesIn += stream.BytesIn;
                bytesOut += stream.BytesOut;
            }

            return (_live.Count, bytesIn, bytesOut);
        }
    }

    /// <summary>Fills a list with the live streams; the caller keeps the list, or each second would make a large one.</summary>
    public void CopyLive(List<KeyValuePair<MuxStream, Visit>> into)
    {
        into.Clear();
        lock (_gate)
            into.AddRange(_live);
    }

    /// <summary>Session and stream: an id on the wire is used again by the agent's next session.</summary>
    public string StreamId(MuxStream stream) => $"{owner.Epoch}-{stream.Id}";

    /// <summary>Finds a live stream by what <see cref="StreamId"/> gave.</summary>
    public (MuxStream Stream, Visit Visit)? Find(string streamId)
    {
        lock (_gate)
        {
            foreach (var (stream, visit) in _live)
            {
                if (StreamId(stream) == streamId)
                    return (stream, visit);
            }
        }

        return null;
    }

    /// <summary>Another agent reaches this service: joins its stream with a new one to the owner.</summary>
    public void Reach(MuxStream from, string label)
    {
        Count(ended => Splice.Bridge(from, owner.Session, new OpenRequest(name, label), ended, _flow), label);
    }

    /// <summary>Closes the listener and resets the live streams.</summary>
    public async ValueTask DisposeAsync()
    {
        MuxStream[] live;
        lock (_gate)
        {
            _withdrawn = true;
            live = [.. _live.Keys];
        }

        await StopListeningAsync();
        foreach (var stream in live)
            stream.Reset(StreamError.ServiceGone);
    }

    /// <summary>Takes no visitor any more; those that are here stay.</summary>
    public ValueTask StopListeningAsync() => _listener?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void OnVisitor(Socket socket)
    {
        var visitor = socket.RemoteEndPoint?.ToString() ?? "unknown";
        Count(ended => Splice.Open(socket, owner.Session, new OpenRequest(name, visitor), owner.Loop, ended, _flow), visitor);
    }

    /// <summary>Opens a stream and keeps it among the live ones from its start to its end, in whichever order they are told.</summary>
    private void Count(Func<Action<SpliceResult>, MuxStream?> open, string peer)
    {
        MuxStream? stream = null;
        var over = false;
        stream = open(result =>
        {
            lock (_gate)
            {
                over = true;
                _endedIn += result.BytesIn;
                _endedOut += result.BytesOut;
                if (stream is not null)
                    _live.Remove(stream);
            }

            Endings.Add(result.Error);
            problems.OnEnded(this, peer, result);
        });
        if (stream is null)
            return;
        bool withdrawn;
        lock (_gate)
        {
            withdrawn = _withdrawn;
            if (!over)
                _live.Add(stream, new Visit(peer, problems.Now));
        }

        if (withdrawn)
            stream.Reset(StreamError.ServiceGone);
    }
}

/// <summary>Who came, and when.</summary>
internal readonly record struct Visit(string Peer, DateTimeOffset At);
