using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>What <c>status</c> says of one exposed or reached service.</summary>
/// <param name="Service">Its name.</param>
/// <param name="Kind"><c>expose</c> or <c>reach</c>.</param>
/// <param name="State"><c>waiting</c>, <c>up</c> or <c>refused</c>.</param>
/// <param name="Target">What is dialled, or null for a reached service.</param>
/// <param name="Port">The tunnel port on the hub, or the local port of a reached service.</param>
/// <param name="Streams">Connections that live now.</param>
/// <param name="Total">Connections since the start.</param>
/// <param name="BytesIn">Bytes from the hub.</param>
/// <param name="BytesOut">Bytes to the hub.</param>
/// <param name="Problem">The last problem in words, without its age.</param>
/// <param name="ProblemAgeSeconds">How long ago that was.</param>
internal sealed record ServiceStatus(
    string Service, string Kind, string State, string? Target, int? Port, long Streams, long Total, long BytesIn, long BytesOut,
    string? Problem, long? ProblemAgeSeconds)
{
    /// <summary>Weight, limit and floor in bits a second, where they are not the usual ones.</summary>
    public ServiceShare? Share { get; init; }

    /// <summary>Bytes a second from the hub, now.</summary>
    public long? InRate { get; init; }

    /// <summary>Bytes a second to the hub, now.</summary>
    public long? OutRate { get; init; }

    /// <summary>Bytes that wait for the service or the client, which read slowly.</summary>
    public long? BytesHeld { get; init; }

    /// <summary>What holds the busiest stream back on its way from the hub.</summary>
    public string? InFactor { get; init; }

    /// <summary>What holds the busiest stream back on its way to the hub.</summary>
    public string? OutFactor { get; init; }

    /// <summary>Mean wait of its turns for the session's writer.</summary>
    public double? AddedWaitMs { get; init; }

    /// <summary>How far the hub may run ahead on the busiest stream, bytes.</summary>
    public int? Window { get; init; }

    /// <summary>How far this agent may run ahead on the busiest stream, bytes.</summary>
    public int? PeerWindow { get; init; }
}
