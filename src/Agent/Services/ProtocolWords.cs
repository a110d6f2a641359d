using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Agent;

/// <summary>The words of <c>--protocol</c>; pure.</summary>
internal static class ProtocolWords
{
    public const string Allowed = "tcp, postgres, tls, http or https";

    public static ServiceProtocol Parse(string word, string option) => word switch
    {
        "tcp" => ServiceProtocol.Tcp,
        "postgres" => ServiceProtocol.Postgres,
        "tls" => ServiceProtocol.Tls,
        "http" => ServiceProtocol.Http,
        "https" => ServiceProtocol.Https,
        _ => throw new AgentFailure(ExitCode.Usage, $"{option} '{word}': give {Allowed}"),
    };
}
