namespace PrivateConnect.Hub;

/// <summary>The hub cannot start; the message is the one line the person at the terminal sees.</summary>
public sealed class HubStartException(int exitCode, string message) : Exception(message)
{
    /// <summary>One of <see cref="ExitCodes"/>.</summary>
    public int ExitCode { get; } = exitCode;
}
