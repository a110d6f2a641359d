namespace PrivateConnect.Agent;

/// <summary>An expected failure: the code to end with, and one line that says what happened and what to do next.</summary>
internal sealed class AgentFailure(ExitCode code, string text) : Exception(text)
{
    public ExitCode Code { get; } = code;

    /// <summary>Whether another try is useless whatever the command is: the hub said no to this agent itself.</summary>
    public bool IsFinal { get; init; }

    /// <summary>How long the hub asked to wait before the next try.</summary>
    public TimeSpan RetryAfter { get; init; }
}
