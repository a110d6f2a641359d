using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>What a watch tells its owner, on the loop; none may block or throw.</summary>
internal interface ISocketEvents
{
    /// <summary>After <see cref="SocketWatch.ArmReadable"/>: there are bytes, an end of data or a failure to receive.</summary>
    void OnReadable();

    /// <summary>After <see cref="SocketWatch.ArmWritable"/>: there is room, or a failure to be told by the next send.</summary>
    void OnWritable();

    /// <summary>The other side reset the connection; told at once, whatever is armed.</summary>
    void OnHangup();

    /// <summary>The connect that <see cref="RelayLoop.Connect"/> began is over.</summary>
    void OnConnected(SocketWatch watch, SocketError error);
}
