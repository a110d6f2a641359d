using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Agents;

/// <summary>What a person wants an agent to expose, as it was typed; empty is "as usual".</summary>
/// <param name="Target">host:port, as the agent's machine reaches it.</param>
/// <param name="Name">Of the service.</param>
/// <param name="Protocol">What it speaks.</param>
/// <param name="Publish">Where its port shall listen.</param>
/// <param name="Port">Of the hub's range.</param>
/// <param name="AgentId">Which agent; <see cref="NewAgent"/> for one that is not enrolled yet.</param>
public sealed record ExposeWish(string Target, string Name, string Protocol, string Publish, string Port, string AgentId)
{
    /// <summary>In place of an agent's id.</summary>
    public const string NewAgent = "new";

    /// <summary>The words of <c>--protocol</c>.</summary>
    public static IReadOnlyList<string> Protocols { get; } = ["tcp", "postgres", "tls", "http", "https"];

    /// <summary>The words of <c>--publish</c>.</summary>
    public static IReadOnlyList<string> Places { get; } = ["network", "off"];
}

/// <summary>A wish that was looked at.</summary>
/// <param name="Faults">Why it cannot be, by the field's name; empty when it can.</param>
/// <param name="Notes">What the person should know, a sentence each.</param>
/// <param name="Agent">The agent that was chosen; null for a new one.</param>
/// <param name="Target">As agents write it.</param>
/// <param name="Arguments">What <c>connect</c> is told; of characters that mean nothing to a shell.</param>
public sealed record ExposePlan(
    IReadOnlyDictionary<string, string> Faults, IReadOnlyList<string> Notes, AgentIdentity? Agent, string Target, string Arguments)
{
    /// <summary>The command can be shown.</summary>
    public bool IsGood => Faults.Count == 0;
}
