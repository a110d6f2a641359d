using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Bench.Sessions;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Bench.Paths;

/// <summary>The product: visitor → splice → session → splice → service.</summary>
internal sealed class ProductPath : LoopbackPath
{
    private readonly SessionRig _rig;

    [SetsRequiredMembers]
    public ProductPath()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var target = new TargetEndpoint("127.0.0.1", ((IPEndPoint)listener.LocalEndPoint!).Port);
        _rig = SessionRig.OverTls((stream, loop) => Splice.Dial(stream, target, loop, null));
        var (accepted, connected) = TlsPair.SocketPair();
        Visitor = connected;
        Splice.Open(accepted, _rig.Hub, new OpenRequest("bench", "bench"), _rig.HubLoop, null);
        Service = listener.Accept();
        Service.NoDelay = true;
    }

    public override void Dispose()
    {
        base.Dispose();
        _rig.Dispose();
    }
}
