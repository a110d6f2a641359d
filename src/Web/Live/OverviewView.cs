using System.Security.Cryptography;
using System.Text.Json;

namespace PrivateConnect.Web.Live;

/// <summary>What the overview shows, as text that is ready to print.</summary>
public sealed record OverviewView(
    IReadOnlyList<Tile> Tiles,
    IReadOnlyList<AgentLine> Agents,
    IReadOnlyList<ServiceLine> Services,
    IReadOnlyList<ProblemLine> Problems)
{
    /// <summary>Same text, same version: a poll that finds its version answers 204 and leaves focus and selection alone.</summary>
    public string Version => Convert.ToHexStringLower(SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(
        new { Tiles, Agents, Services, Problems })).AsSpan(0, 8));
}

/// <summary>A number at the top.</summary>
public sealed record Tile(string Name, string Value, string Note);

/// <summary>A row of the agents.</summary>
public sealed record AgentLine(
    string Label, bool Up, string Address, string Since, string RoundTrip, string Streams, string In, string Out);

/// <summary>A row of the services.</summary>
public sealed record ServiceLine(
    string Name, bool Up, string Agent, string Target, string Address, string Streams,
    string In, string Out, string Bytes, string Points, string History);

/// <summary>Something that went wrong.</summary>
public sealed record ProblemLine(string At, string Time, string Service, string What);
