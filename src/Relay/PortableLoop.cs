using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>The loop of systems without epoll: readiness from the runtime's sockets, work on the thread pool.</summary>
internal sealed class PortableLoop : RelayLoop
{
    public override void Schedule(Action<object?> action, object? state) =>
        System.Threading.ThreadPool.UnsafeQueueUserWorkItem(
            static work => Run(work.Action, work.State), (Action: action, State: state), preferLocal: false);

    internal override SocketWatch Watch(Socket socket, ISocketEvents events) => new PortableWatch(this, socket, events);

    internal override IAsyncDisposable Accept(Socket listening, Action<Socket> accepted) => new AcceptLoop(listening, accepted);

    internal override SocketWatch Connect(Socket socket, EndPoint target, ISocketEvents events)
    {
        var watch = new PortableWatch(this, socket, events);
        watch.BeginConnect(target);
        return watch;
    }
}
