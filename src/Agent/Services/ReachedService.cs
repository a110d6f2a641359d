using System.Net.Sockets;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>One service of another agent that is reachable at a local port here.</summary>
internal sealed class ReachedService(string name, Func<HubLink?> link, Func<string> label, TimeProvider time)
{
    public string Name { get; } = name;

    public StreamCounters Streams { get; } = new(name, time);

    public int Port { get; set; }

    public string State { get; set; } = ServiceState.Waiting;

    public ServiceStatus Status() => Streams.Read(Name, "reach", State, null, Port);

    /// <summary>Called by the listener for each socket; runs on its thread and hands on at once.</summary>
    public void Accepted(Socket socket)
    {
        if (link() is not { Over.IsCompleted: false } current)
        {
            // Nobody to carry it: a reset says so, a clean end would look like an answer.
            Splice.Refuse(socket);
            return;
        }

        var counted = Streams.Open(null);
        counted.Stream = Splice.Open(socket, current.Session, new OpenRequest(Name, label()), current.Loop, counted.Ended);
    }
}
