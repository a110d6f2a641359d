using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Certificates;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// Both ports of the hub. It accepts, tells TLS from plaintext by the first byte, ends TLS, and hands agents to the relay
/// and the rest to the HTTP server. Order of use: <see cref="Bind"/>, <see cref="Start"/>, <see cref="StopAcceptingAsync"/>, dispose.
/// </summary>
public sealed class FrontDoor : IAsyncDisposable
{
    private readonly HubOptions _options;
    private readonly HttpHandOver _http;
    private readonly CertificateHolder _certificate;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly SocketConnectionContextFactory _plainConnections;
    private readonly WaitingRoom _room = new();
    private readonly TaskCounter _greetings = new();
    private DoorListener? _api;
    private DoorListener? _web;

    /// <summary>Binds nothing yet.</summary>
    public FrontDoor(
        HubOptions options, HttpHandOver http, CertificateHolder certificate, TimeProvider time, ILogger<FrontDoor> logger)
    {
        _options = options;
        _http = http;
        _certificate = certificate;
        _time = time;
        _logger = logger;
        _plainConnections = new SocketConnectionContextFactory(new SocketConnectionFactoryOptions(), logger);
    }

    /// <summary>Where the API door listens.</summary>
    public IPEndPoint Api => _api!.LocalEndPoint;

    /// <summary>Where the dashboard's door listens.</summary>
    public IPEndPoint Web => _web!.LocalEndPoint;

    /// <summary>Connections that have not said who they are.</summary>
    internal int Waiting => _room.Count;

    /// <summary>Takes both ports; connections wait until <see cref="Start"/>.</summary>
    /// <exception cref="HubStartException">A port cannot be had.</exception>
    public void Bind()
    {
        _api = DoorListener.Bind(DoorKind.Api, _options.Bind, _options.Port, _time, _logger);
        _web = DoorListener.Bind(DoorKind.Web, _options.WebBind, _options.WebPort, _time, _logger);
    }

    /// <summary>Opens. <paramref name="serveAgent"/> runs an agent's connection to its end.</summary>
    public void Start(Func<AgentConnection, Task> serveAgent)
    {
        Open(_api!, DoorKind.Api, serveAgent);
        Open(_web!, DoorKind.Web, serveAgent);
    }

    /// <summary>Closes both ports; who is in stays in.</summary>
    public async Task StopAcceptingAsync()
    {
        if (_api is not null)
            await _api.DisposeAsync();
        if (_web is not null)
            await _web.DisposeAsync();
        (_api, _web) = (null, null);
    }

    /// <summary>Stops accepting and resets those who have not said who they are.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAcceptingAsync();
        _room.EvictAll();
        _plainConnections.Dispose();
    }

    private void Open(DoorListener listener, DoorKind door, Func<AgentConnection, Task> serveAgent)
    {
        var greeter = new Greeter(
            door, _room, _http, _plainConnections, _certificate, new PlaintextRule(_options.TrustedProxies),
            serveAgent, _time, _logger);
        listener.Start(socket => _greetings.Add(() => greeter.GreetAsync(socket)));
    }
}
