using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Net.Sockets;
using Nerdbank.Streams;
using Pipelines.Sockets.Unofficial;
using PrivateConnect.Bench.Sessions;

namespace PrivateConnect.Bench.Paths;

/// <summary>Nerdbank.Streams: a channel of MultiplexingStream over SslStream between two SocketConnections.</summary>
internal sealed class NerdbankPath : LoopbackPath
{
    private const string Channel = "bench";

    private readonly MultiplexingStream[] _muxes;

    [SetsRequiredMembers]
    public NerdbankPath()
    {
        var (hubVisitor, visitor) = TlsPair.SocketPair();
        var (agentService, service) = TlsPair.SocketPair();
        Visitor = visitor;
        Service = service;
        var (a, b) = TlsPair.SocketPair();
        var (hub, agent) = TlsPair.Authenticate(new NetworkStream(a, true), new NetworkStream(b, true));
        var options = new MultiplexingStream.Options { ProtocolMajorVersion = 3 };
        _muxes = [MultiplexingStream.Create(hub, options), MultiplexingStream.Create(agent, options)];
        var offering = _muxes[0].OfferChannelAsync(Channel);
        var accepted = _muxes[1].AcceptChannelAsync(Channel).GetAwaiter().GetResult();
        Join(SocketConnection.Create(hubVisitor), offering.GetAwaiter().GetResult());
        Join(SocketConnection.Create(agentService), accepted);
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var mux in _muxes)
            mux.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(5));
    }

    private static void Join(IDuplexPipe socket, MultiplexingStream.Channel channel)
    {
        // They end with the channel; how is the baseline's own affair.
        _ = socket.Input.CopyToAsync(channel.Output);
        _ = channel.Input.CopyToAsync(socket.Output);
    }
}
