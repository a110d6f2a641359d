namespace PrivateConnect.Agent;

/// <summary>Places on a path; part of the contract for scripts.</summary>
internal static class BenchHop
{
    public const string Here = "this machine";
    public const string HubLink = "link to the hub";
    public const string Hub = "hub";
    public const string AgentLink = "link hub-agent";
    public const string Agent = "agent";
    public const string Target = "target";
    public const string None = "none";
}

/// <summary>What holds a path back; part of the contract for scripts.</summary>
internal static class BenchCause
{
    /// <summary>The process's own work fills its processor.</summary>
    public const string Cpu = "cpu";

    /// <summary>The process is ready and does not get the processor: others have it.</summary>
    public const string CpuShared = "cpu-shared";

    /// <summary>The service's limit.</summary>
    public const string Limit = "limit";

    /// <summary>The target reads slowly.</summary>
    public const string Reader = "reader";

    /// <summary>The link carries no more: packets wait in its queue.</summary>
    public const string Rate = "rate";

    /// <summary>The link loses packets without being full.</summary>
    public const string Loss = "loss";

    /// <summary>A buffer of TCP or the window of a stream is too small.</summary>
    public const string Window = "window";

    /// <summary>The round trip is long: what is under way fills no pipe of that length.</summary>
    public const string Delay = "delay";

    /// <summary>Nothing that a bench can see.</summary>
    public const string None = "none";
}
