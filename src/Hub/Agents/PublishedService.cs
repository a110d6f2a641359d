using System.Globalization;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Door;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Agents;

/// <summary>A service that is up: its listener, its live streams with who uses them, and what they moved.</summary>
internal sealed class PublishedService(
    string name, string target, AgentSession owner, PortRule wish, ServiceShare share, ServiceAccess access) : IAsyncDisposable
{
    private static readonly IPEndPoint s_nowhere = new(IPAddress.None, 0);

    private readonly Lock _gate = new();
    // The relay loop waits for the gate: under it the streams are copied at most, and looked at afterwards.
    private readonly Dictionary<MuxStream, LiveTunnel> _live = [];
    private readonly SendFlow _flow = owner.Session.NewFlow(share, access.Streams.Bandwidth(owner.Agent.WorkspaceId).Limit);
    // Decisions are told in the order in which they are made.
    private readonly Lock _shareGate = new();
    private readonly ServiceShare _asked = share;
    private ServiceShare _share = share;
    private PortListener? _listener;
    // Kept when the listener goes: streams may outlive it.
    private int _port;
    private long _endedIn;
    private long _endedOut;
    private long _ended;
    private long _refused;
    private bool _withdrawn;

    public string Name => name;

    public string Target => target;

    public AgentSession Owner => owner;

    /// <summary>What it gets of its agent's session: the workspace's word, then the agent's.</summary>
    public ServiceShare Share => Volatile.Read(ref _share);

    /// <summary>See <see cref="LiveService.MedianOpenTime"/>.</summary>
    public TimeSpan? MedianOpenTime => _flow.OpenTimes?.Median;

    /// <summary>How its streams ended.</summary>
    public StreamEndings Endings { get; } = new();

    /// <summary>Where it listens; 0 for a port while it does not.</summary>
    public IPEndPoint Address => _listener?.LocalEndPoint ?? s_nowhere;

    /// <summary>Where its port shall listen and who may come in, now.</summary>
    public PortRule Port => wish.Under(access.RuleOf(owner.Agent.WorkspaceId, name));

    /// <summary>Whether it takes no new streams now.</summary>
    public bool IsPaused => access.RuleOf(owner.Agent.WorkspaceId, name).IsPaused;

    /// <summary>Visitors that were turned away since the service is up.</summary>
    public long Refused => Volatile.Read(ref _refused);

    /// <summary>Binds the tunnel port; from here on visitors are taken. Nothing happens when it was withdrawn.</summary>
    public void Listen(IPEndPoint at)
    {
        lock (_gate)
        {
            if (_withdrawn)
                return;
            _listener = PortListener.Bind(at, owner.Loop, OnVisitor);
            _port = _listener.LocalEndPoint.Port;
        }
    }

    /// <summary>Live streams, all since the service is up, and their bytes from the agent and to it.</summary>
    public (int Streams, long Opened, long BytesIn, long BytesOut) Totals() => Totals([]);

    /// <summary>
    /// As <see cref="Totals()"/>, and fills a list with the live streams; the caller keeps the list, or each second would make
    /// a large one.
    /// </summary>
    public (int Streams, long Opened, long BytesIn, long BytesOut) Totals(List<KeyValuePair<MuxStream, LiveTunnel>> live)
    {
        long bytesIn, bytesOut, ended;
        live.Clear();
        lock (_gate)
        {
            (ended, bytesIn, bytesOut) = (_ended, _endedIn, _endedOut);
            live.EnsureCapacity(_live.Count);
            foreach (var one in _live) live.Add(one);
        }

        foreach (var (stream, _) in live)
        {
            bytesIn += stream.BytesIn;
            bytesOut += stream.BytesOut;
        }

        return (live.Count, ended + live.Count, bytesIn, bytesOut);
    }

    /// <summary>Puts into the ledger what the live streams moved since the last time.</summary>
    public void CountLive()
    {
        foreach (var (stream, live) in CopyLive())
        {
            if (live.TryCount(stream.BytesIn, stream.BytesOut) is { } moved)
                access.Ledger.Add(Key(live.Guest, TunnelLedger.Live), moved);
        }
    }

    /// <summary>Session and stream: an id on the wire is used again by the agent's next session.</summary>
    public string StreamId(MuxStream stream) => $"{owner.Epoch}-{stream.Id}";

    /// <summary>Finds a live stream by what <see cref="StreamId"/> gave.</summary>
    public (MuxStream Stream, Guest Guest)? Find(string streamId)
    {
        // The number alone first: ten thousand texts would be a megabyte.
        if (!uint.TryParse(streamId.AsSpan(streamId.IndexOf('-', StringComparison.Ordinal) + 1), CultureInfo.InvariantCulture, out var id))
            return null;
        foreach (var (stream, live) in CopyLive())
        {
            if (stream.Id == id && StreamId(stream) == streamId)
                return (stream, live.Guest);
        }

        return null;
    }

    /// <summary>
    /// Another agent reaches this service: joins its stream with a new one to the owner, if it may, and returns that. A
    /// bench or diagnosis asks the owner for a reserved name instead, under the same right and quota; reports are none of
    /// the service's share.
    /// </summary>
    public MuxStream? Reach(MuxStream from, AgentSession by, string? reserved = null, bool isReport = false)
    {
        var asked = reserved ?? name;
        var flow = isReport ? null : _flow;
        var guest = new Guest(by, null, by.Agent.Label, access.Now);
        // No right and no service look alike.
        if (!MayUse(guest))
            from.Reset(StreamError.AgentAway);
        else if (IsPaused)
            from.Reset(StreamError.Paused);
        else if (!access.Streams.TryEnter(owner.Agent.WorkspaceId, name))
            from.Reset(StreamError.TooManyStreams);
        else
            return Count(ended => Splice.Bridge(from, owner.Session, new OpenRequest(asked, by.Agent.Label), ended, flow, isReport ? null : by.Reached(access)), guest);
        return null;
    }

    /// <summary>
    /// Gives it the share that the workspace's rule says now, live streams included, and tells the agent for its direction:
    /// when it changed, and in any case when it was just published.
    /// </summary>
    public void FollowShare(bool isNew = false)
    {
        lock (_shareGate)
        {
            var share = access.RuleOf(owner.Agent.WorkspaceId, name).Share.Over(_asked);
            var isSame = share == _share;
            if (!isSame)
            {
                owner.Session.Change(_flow, share);
                Volatile.Write(ref _share, share);
            }

            if ((isNew || !isSame) && owner.TakesShares)
                owner.Session.TrySend(new ShareService(name, share));
        }
    }

    /// <summary>The same for the workspace's bandwidth: what it sends to its agent; visitors' ends look by themselves.</summary>
    public void FollowBandwidth() => owner.Session.Change(_flow, access.Streams.Bandwidth(owner.Agent.WorkspaceId).Limit);

    /// <summary>Resets the streams of those who may not use the service any more.</summary>
    public void EndRevoked()
    {
        // Who comes meanwhile is looked at when it is among the live.
        foreach (var (stream, live) in CopyLive())
        {
            if (!MayUse(live.Guest))
                stream.Reset(StreamError.Revoked);
        }
    }

    /// <summary>Resets all live streams, with a cause.</summary>
    public void EndAll(StreamError cause)
    {
        foreach (var (stream, _) in CopyLive())
            stream.Reset(cause);
    }

    /// <summary>Closes the listener and resets the live streams.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (_gate)
            _withdrawn = true;
        await StopListeningAsync();
        EndAll(StreamError.ServiceGone);
    }

    /// <summary>Takes no visitor any more; those that are here stay.</summary>
    public ValueTask StopListeningAsync()
    {
        PortListener? listener;
        lock (_gate)
            (listener, _listener) = (_listener, null);
        return listener?.DisposeAsync() ?? ValueTask.CompletedTask;
    }

    private void OnVisitor(Socket socket)
    {
        var visitor = socket.RemoteEndPoint as IPEndPoint;
        var peer = visitor?.ToString() ?? "unknown";
        var guest = new Guest(null, visitor?.Address.Unmapped() ?? IPAddress.None, peer, access.Now);
        if (!MayUse(guest) || IsPaused || !access.Streams.TryEnter(owner.Agent.WorkspaceId, name))
        {
            Interlocked.Increment(ref _refused);
            Splice.Refuse(socket);
            return;
        }

        Count(ended => Splice.Open(socket, owner.Session, new OpenRequest(name, peer), owner.Loop, ended, _flow, access.Streams.Bandwidth(owner.Agent.WorkspaceId)), guest);
    }

    private KeyValuePair<MuxStream, LiveTunnel>[] CopyLive()
    {
        lock (_gate)
            return [.. _live];
    }

    private bool MayUse(Guest guest) =>
        guest.Agent is { } agent ? access.MayReach(agent.Agent, name) : Port.MayVisit(guest.Address!);

    private TunnelKey Key(Guest guest, string ending) => new(
        owner.Agent.WorkspaceId, name, owner.Agent.AgentId, _port, guest.Agent?.Agent.AgentId,
        guest.Address is { } visitor ? AddressClass.Of(visitor) : "agent", ending);

    /// <summary>Opens a stream and keeps it among the live ones from its start to its end, in whichever order they are told.</summary>
    private MuxStream? Count(Func<Action<SpliceResult>, MuxStream?> open, Guest guest)
    {
        MuxStream? stream = null;
        var live = new LiveTunnel(guest);
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

            access.Ledger.Add(Key(guest, TunnelLedger.Ending(result.Error)), live.End(result.BytesIn, result.BytesOut));
            access.Streams.Leave(owner.Agent.WorkspaceId);
            Endings.Add(result.Error);
            access.Problems.OnEnded(this, guest.Peer, result);
        });
        if (stream is null)
            return null;
        try
        {
            bool withdrawn;
            lock (_gate)
            {
                withdrawn = _withdrawn;
                if (!over)
                    _live.Add(stream, live);
            }

            // Who was withdrawn or lost the right between the first look and now was met by nobody.
            if (withdrawn)
                stream.Reset(StreamError.ServiceGone);
            else if (!MayUse(guest))
                stream.Reset(StreamError.Revoked);
            else if (IsPaused)
                stream.Reset(StreamError.Paused);
            return stream;
        }
        catch
        {
            stream.Reset(StreamError.InternalError);
            throw;
        }
    }

    /// <summary>Who uses a stream: an agent that reaches, or a visitor from an address; what it is called, and since when.</summary>
    internal readonly record struct Guest(AgentSession? Agent, IPAddress? Address, string Peer, DateTimeOffset At);
}
