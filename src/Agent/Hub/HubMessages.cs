using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>Answers what the hub opens and says; runs on the session's loop, so it only hands on.</summary>
internal sealed class HubMessages(LocalServices services, PendingRequests pending, RelayLoop loop, Action<GoAway> goneAway) : SessionHandler
{
    public override void OnOpen(MuxStream stream, OpenRequest request)
    {
        if (!services.TryGet(request.Service, out var service))
        {
            stream.Reset(StreamError.UnknownService);
            return;
        }

        stream.Use(service.Flow);
        Splice.Dial(stream, service.Target, loop, service.Streams.Open(stream).Ended);
    }

    public override void OnControl(ControlMessage message)
    {
        switch (message)
        {
            case ServicePublished published:
                pending.Complete(published.RequestId, message);
                break;
            case ServiceFound found:
                pending.Complete(found.RequestId, message);
                break;
            case RequestFailed failed:
                pending.Complete(failed.RequestId, message);
                break;
        }
    }

    public override void OnGoAway(GoAway goAway) => goneAway(goAway);
}
