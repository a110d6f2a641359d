using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Protocol.Sessions;

/// <summary>
/// What a session asks of its owner. Every method is called on the session's receive loop, one at a time, and must
/// neither block nor throw: slow work is handed to another task.
/// </summary>
public abstract class SessionHandler
{
    /// <summary>
    /// The peer opened a stream. The handler attaches an end now or later (<see cref="MuxStream.Attach"/>), or resets it;
    /// until then arriving bytes wait in the stream's queue, at most one window.
    /// </summary>
    public abstract void OnOpen(MuxStream stream, OpenRequest request);

    /// <summary>A message on the control stream arrived.</summary>
    public abstract void OnControl(ControlMessage message);

    /// <summary>The peer said GOAWAY: open nothing here any more.</summary>
    public virtual void OnGoAway(GoAway goAway)
    {
    }
}
