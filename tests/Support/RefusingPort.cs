using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Testing;

/// <summary>
/// A loopback port that refuses every connection. It is bound and nobody listens: a port that was merely let go is given to the next listener in
/// the process, which then takes the dials of this test for its own.
/// </summary>
internal sealed class RefusingPort : IDisposable
{
    private readonly Socket _holder = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

    public RefusingPort() => _holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

    public int Port => ((IPEndPoint)_holder.LocalEndPoint!).Port;

    public void Dispose() => _holder.Dispose();
}
