using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Bench;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>Answers what the hub opens and says; runs on the session's loop, so it only hands on.</summary>
internal sealed class HubMessages(
    LocalServices services, PendingRequests pending, RelayLoop loop, BenchDesk bench, HubLink link) : SessionHandler
{
    public override void OnOpen(MuxStream stream, OpenRequest request)
    {
        if (CheckName.TryParse(request.Service, out var check))
        {
            Answer(stream, check);
            return;
        }

        var isBench = BenchName.TryParse(request.Service, out var asked);
        if (!services.TryGet(isBench ? asked.Service : request.Service, out var service))
        {
            stream.Reset(StreamError.UnknownService);
            return;
        }

        if (isBench && !MayGoOn(stream, asked.Kind, request.Peer, service))
            return;

        stream.Use(service.Flow);
        Splice.Dial(stream, service.Target, loop, service.Streams.Open(stream).Ended);
    }

    /// <summary>Answers a diagnosis: how the target of a service of ours is, or how another's looks from here.</summary>
    private void Answer(MuxStream stream, CheckName asked)
    {
        if (asked.Kind == CheckKind.Via)
            Witness.Answer(stream, link.Session, asked.Service, link.Welcome.Label);
        else if (asked.Kind == CheckKind.Check && services.TryGet(asked.Service, out var service))
            service.Check.Answer(stream);
        else
            stream.Reset(StreamError.UnknownService);
    }

    /// <summary>Answers a bench's stream, in the service's share; true for one that shall reach the target.</summary>
    private bool MayGoOn(MuxStream stream, BenchKind kind, string asker, ExposedService service)
    {
        if (kind == BenchKind.Report)
        {
            bench.Report(stream, asker, () => [bench.Leg]);
            return false;
        }

        if (!bench.TryAdmit(stream, kind, asker))
            return false;
        if (kind == BenchKind.Send)
            return true;
        stream.Use(service.Flow);
        if (!BenchDesk.TryServe(stream, kind))
            Splice.Probe(stream, service.Target, loop);
        return false;
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
            case ShareService { Share: var share } when !share.IsValid():
                link.Session.Close(SessionEndReason.ProtocolViolation, $"the hub gave a share out of bounds: {share}");
                break;
            // It may be gone meanwhile: its command ended.
            case ShareService told when services.TryGet(told.Service, out var service):
                service.Take(told.Share, link.Session);
                break;
        }
    }

    public override void OnGoAway(GoAway goAway) => link.SayOver(goAway);
}
