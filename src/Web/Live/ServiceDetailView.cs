namespace PrivateConnect.Web.Live;

/// <summary>What a service is and did, ready to print.</summary>
public sealed record ServiceFacts(
    ServiceState State, bool IsUp, string Agent, string Target, string Address, string RoundTrip, string Opened, string Bytes,
    string Refused, string Endings, string Share, DateTimeOffset PublishedAt)
{
    /// <summary>Median round trip of its agent's last pings.</summary>
    public string MedianRoundTrip { get; init; } = "";

    /// <summary>The workspace decided its share, and its agent cannot be told.</summary>
    public bool IsShareHalf { get; init; }

    /// <summary>Median of its last streams, from OPEN to OPENED.</summary>
    public string MedianOpenTime { get; init; } = "";
}

/// <summary>The busiest of its live streams.</summary>
public sealed record StreamsView(IReadOnlyList<StreamLine> Lines, int All, bool IsUp, bool MayEnd);

/// <summary>A live stream. "In" is from the service.</summary>
public sealed record StreamLine(
    string Id, string Peer, string Age, string BytesIn, string InRate, string BytesOut, string OutRate, string Windows,
    string InFactor, string OutFactor, string Wait);
