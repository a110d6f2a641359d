using System.Net;

namespace PrivateConnect.LoadTests.Wan;

/// <summary>
/// The two network namespaces that wan.sh made and the program that is the link between them. This program and the tunnel's
/// server side live in the near one, the target and the agent in the far one.
/// </summary>
internal sealed record WanPlace(string Near, string Far, string LinkProgram)
{
    /// <summary>As wan.sh gives them to the devices.</summary>
    public static readonly IPAddress NearAddress = IPAddress.Parse("10.213.0.1");

    public static readonly IPAddress FarAddress = IPAddress.Parse("10.213.0.2");

    /// <summary>Put before a command, runs it in the far namespace; the process id stays that of the command.</summary>
    public IReadOnlyList<string> ThroughFar => ["ip", "netns", "exec", Far];

    public static WanPlace Parse(string text) => text.Split(',') is [var near, var far, var program]
        ? new WanPlace(near, far, program)
        : throw new ArgumentException($"--wan takes NEAR,FAR,PROGRAM, not \"{text}\"; loadtests/wan.sh gives it.");
}
