using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Pipelines.Sockets.Unofficial;
using PrivateConnect.Bench.Sessions;

namespace PrivateConnect.Bench.Paths;

/// <summary>The textbook pipeline: a SocketConnection for every socket and <see cref="TextbookMux"/> between them.</summary>
internal sealed class TextbookPath : LoopbackPath
{
    private readonly Stream[] _transports;
    private readonly Task[] _tasks;

    [SetsRequiredMembers]
    public TextbookPath()
    {
        var (hubVisitor, visitor) = TlsPair.SocketPair();
        var (agentService, service) = TlsPair.SocketPair();
        Visitor = visitor;
        Service = service;
        var (a, b) = TlsPair.SocketPair();
        var (hub, agent) = TlsPair.Authenticate(new NetworkStream(a, true), new NetworkStream(b, true));
        _transports = [hub, agent];
        var (hubMux, agentMux) = (new TextbookMux(hub), new TextbookMux(agent));
        _tasks =
        [
            hubMux.SpliceAsync(1, SocketConnection.Create(hubVisitor)),
            agentMux.SpliceAsync(1, SocketConnection.Create(agentService)),
            hubMux.ReceiveAsync(),
            agentMux.ReceiveAsync(),
        ];
    }

    public override void Dispose()
    {
        base.Dispose();
        foreach (var transport in _transports)
            transport.Dispose();
        // How a task of the baseline ends is its own affair.
        Task.WhenAll(_tasks).ContinueWith(static _ => { }, TaskScheduler.Default).Wait(TimeSpan.FromSeconds(5));
    }
}
