using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Checks;
using PrivateConnect.Testing;

namespace PrivateConnect.Agent.Tests;

/// <summary>One agent at the mini hub.</summary>
internal sealed class MiniHubSession : SessionHandler
{
    private readonly MiniHub _hub;
    private readonly RelayLoop _loop;
    private readonly ConcurrentDictionary<string, (PublishService Request, PortListener Listener)> _published = new();

    public MiniHubSession(MiniHub hub, Stream stream, RelayLoop loop, Hello hello)
    {
        (_hub, _loop) = (hub, loop);
        Label = hello.Label;
        Session = new Session(
            stream, SessionRole.Hub, new SessionOptions { SendWindow = hello.InitialWindow, Scheduler = loop }, this);
    }

    public string Label { get; }

    public Session Session { get; }

    public async Task RunAsync()
    {
        await Session.RunAsync();
        foreach (var name in _published.Keys)
            await WithdrawAsync(name);
    }

    public override void OnOpen(MuxStream stream, OpenRequest request)
    {
        if (_hub.Diagnosis is { } answer && CheckName.TryParse(request.Service, out _))
        {
            var end = new ReportEnd();
            stream.Attach(end);
            end.Answer(Encoding.UTF8.GetBytes(answer));
        }
        else if (_hub.Services.TryGetValue(request.Service, out var exposer))
            Splice.Bridge(stream, exposer.Session, request, null);
        else
            stream.Reset(StreamError.UnknownService);
    }

    // Tests are small: binding a port on the loop holds nobody up.
    public override void OnControl(ControlMessage message)
    {
        switch (message)
        {
            case PublishService publish:
                _ = PublishAsync(publish);
                break;
            case WithdrawService withdraw:
                _ = WithdrawAsync(withdraw.Service);
                break;
            case AgentReport report:
                _hub.Reports.Enqueue(report);
                break;
            case FindService find when _hub.Services.TryGetValue(find.Service, out var exposer)
                && exposer._published.TryGetValue(find.Service, out var found):
                Session.TrySend(new ServiceFound(
                    find.RequestId, find.Service, found.Request.Target, found.Listener.LocalEndPoint.Port, exposer.Label, IsUp: true));
                break;
            case FindService find:
                Session.TrySend(new RequestFailed(find.RequestId, RequestFailure.UnknownService, $"there is no service '{find.Service}'"));
                break;
        }
    }

    private async Task PublishAsync(PublishService publish)
    {
        _hub.Published.Enqueue(publish);
        if (_hub.PublishRefusal is { } refusal)
        {
            Session.TrySend(new RequestFailed(publish.RequestId, refusal, $"refused: {refusal}"));
            return;
        }

        // As at a hub: what an older session of the agent still has goes over to the newer one.
        if (_hub.Services.TryGetValue(publish.Service, out var older) && older != this)
            await older.WithdrawAsync(publish.Service);
        try
        {
            var listener = PortListener.Bind(
                new IPEndPoint(IPAddress.Loopback, publish.Port == 0 ? FreePorts.One() : publish.Port),
                _loop,
                socket => Splice.Open(socket, Session, new OpenRequest(publish.Service, "visitor"), _loop, null));
            _published[publish.Service] = (publish, listener);
            _hub.Services[publish.Service] = this;
            Session.TrySend(new ServicePublished(publish.RequestId, publish.Service, "127.0.0.1", listener.LocalEndPoint.Port));
        }
        catch (SocketException)
        {
            Session.TrySend(new RequestFailed(publish.RequestId, RequestFailure.PortTaken, $"port {publish.Port} is taken"));
        }
    }

    private async Task WithdrawAsync(string name)
    {
        if (!_published.TryGetValue(name, out var published))
            return;
        // Whoever finds the name gone finds the port free.
        await published.Listener.DisposeAsync();
        _published.TryRemove(KeyValuePair.Create(name, published));
        _hub.Services.TryRemove(KeyValuePair.Create(name, this));
    }
}
