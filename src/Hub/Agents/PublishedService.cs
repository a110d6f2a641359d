using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>A service that is up: its listener, its live streams and what they moved.</summary>
internal sealed class PublishedService(
    string name, string target, AgentSession owner, RelayProblems problems) : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly HashSet<MuxStream> _live = [];
    private PortListener? _listener;
    private long _endedIn;
    private long _endedOut;
    private long _ended;
    private bool _withdrawn;

    public string Name => name;

    public string Target => target;

    public AgentSession Owner => owner;

    public IPEndPoint Address => _listener?.LocalEndPoint ?? new IPEndPoint(IPAddress.None, 0);

    /// <summary>Binds the tunnel port; from here on visitors are taken.</summary>
    public void Listen(IPEndPoint at) => _listener = PortListener.Bind(at, OnVisitor);

    /// <summary>Live streams, all since the service is up, and their bytes from the agent and to it.</summary>
    public (int Streams, long Opened, long BytesIn, long BytesOut) Totals()
    {
        lock (_gate)
        {
            var (bytesIn, bytesOut) = (_endedIn, _endedOut);
            foreach (var stream in _live)
            {
                bytesIn += stream.BytesIn;
                bytesOut += stream.BytesOut;
            }

            return (_live.Count, _ended + _live.Count, bytesIn, bytesOut);
        }
    }

    /// <summary>Another agent reaches this service: joins its stream with a new one to the owner.</summary>
    public void Reach(MuxStream from, string label)
    {
        Count(ended => Splice.Bridge(from, owner.Session, new OpenRequest(name, label), ended), label);
    }

    /// <summary>Closes the listener and resets the live streams.</summary>
    public async ValueTask DisposeAsync()
    {
        MuxStream[] live;
        lock (_gate)
        {
            _withdrawn = true;
            live = [.. _live];
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
        Count(ended => Splice.Open(socket, owner.Session, new OpenRequest(name, visitor), owner.Loop, ended), visitor);
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
                _ended++;
                _endedIn += result.BytesIn;
                _endedOut += result.BytesOut;
                if (stream is not null)
                    _live.Remove(stream);
            }

            problems.OnEnded(this, peer, result);
        });
        if (stream is null)
            return;
        bool withdrawn;
        lock (_gate)
        {
            withdrawn = _withdrawn;
            if (!over)
                _live.Add(stream);
        }

        if (withdrawn)
            stream.Reset(StreamError.ServiceGone);
    }
}
