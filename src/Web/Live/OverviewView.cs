namespace PrivateConnect.Web.Live;

/// <summary>A number at the top.</summary>
/// <param name="Name">What it counts.</param>
/// <param name="Value">Ready to print.</param>
/// <param name="Note">Of how many, or of what.</param>
/// <param name="Warns">Something is away.</param>
public sealed record Tile(string Name, string Value, string Note, bool Warns = false);

/// <summary>What flowed, as two lines, and how much it is now or in the mean.</summary>
public sealed record FlowView(string InPoints, string OutPoints, string In, string Out, string Peak)
{
    /// <summary>What "in" is called.</summary>
    public string From { get; init; } = "From services";

    /// <summary>What "out" is called.</summary>
    public string To { get; init; } = "To services";
}

/// <summary>Some of the services: those that are down, then the busiest.</summary>
public sealed record ServicesView(IReadOnlyList<ServiceLine> Lines, int All);

/// <summary>A row of the services.</summary>
public sealed record ServiceLine(
    string Name, ServiceState State, string Agent, string Target, string Address, string Streams, string In, string Out);

/// <summary>Some of the agents: those that are away, then the busiest.</summary>
public sealed record AgentsView(IReadOnlyList<AgentLine> Lines, int All);

/// <summary>A row of the agents.</summary>
public sealed record AgentLine(
    string Id, string Label, bool Up, string Address, string Since, string RoundTrip, string Streams, string In, string Out);

/// <summary>What went wrong, newest first.</summary>
public sealed record ProblemsView(IReadOnlyList<ProblemLine> Lines);

/// <summary>Something that went wrong.</summary>
public sealed record ProblemLine(DateTimeOffset At, string Service, string What);

/// <summary>The way from an empty workspace to the first service; nothing is shown once it is gone.</summary>
public sealed record StepsView(bool Enrolled, bool Connected, string Agent, bool Exposed)
{
    /// <summary>All of it was done.</summary>
    public bool IsOver => Connected && Exposed;
}

/// <summary>What the hub has room for.</summary>
public sealed record RoomView(string Ports, string Streams, string Bound);
