using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// Id → stream of one session; the only place that adds, finds and removes. A peer's id is looked up nowhere else, so it
/// can only ever name a stream of its own session.
/// </summary>
internal sealed class StreamTable(SessionRole role)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<uint, MuxStream> _live = [];
    private uint _nextOwn = role == SessionRole.Agent ? 1u : 2u;
    private uint _lastPeer;
    private MuxStream? _recent;

    public int Count
    {
        get
        {
            lock (_gate)
                return _live.Count;
        }
    }

    /// <summary>Adds a stream of ours under the next id, and runs <paramref name="queueOpen"/> under the same lock, so that OPENs leave in the order of ids. Null: ids are used up.</summary>
    public MuxStream? AddOwn(Func<uint, MuxStream> create, Action<MuxStream> queueOpen)
    {
        lock (_gate)
        {
            if (_nextOwn > ProtocolLimits.MaxStreamId)
                return null;
            var stream = create(_nextOwn);
            _nextOwn += 2;
            _live.Add(stream.Id, stream);
            queueOpen(stream);
            return stream;
        }
    }

    /// <summary>Whether the peer may open this id next: its parity, and past all before.</summary>
    public bool TryClaimPeerId(uint id)
    {
        lock (_gate)
        {
            if (IsOwn(id) || id <= _lastPeer)
                return false;
            _lastPeer = id;
            return true;
        }
    }

    /// <summary>Adds a stream that the peer opened.</summary>
    public void AddPeer(MuxStream stream)
    {
        lock (_gate)
            _live.Add(stream.Id, stream);
    }

    /// <summary>Finds a live stream. Null with <paramref name="wasUsed"/>: it ended, the frame is ignored; else a violation.</summary>
    public MuxStream? Find(uint id, out bool wasUsed)
    {
        lock (_gate)
        {
            wasUsed = true;
            if (_recent is { } recent && recent.Id == id)
                return recent;
            if (_live.TryGetValue(id, out var stream))
                return _recent = stream;
            wasUsed = IsOwn(id) ? id < _nextOwn : id <= _lastPeer;
            return null;
        }
    }

    public bool Remove(MuxStream stream)
    {
        lock (_gate)
        {
            if (_recent == stream)
                _recent = null;
            return _live.Remove(stream.Id);
        }
    }

    public MuxStream[] Snapshot()
    {
        lock (_gate)
            return [.. _live.Values];
    }

    public bool IsOwn(uint id) => (id & 1) == (role == SessionRole.Agent ? 1u : 0u);
}
