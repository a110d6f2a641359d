using System.CommandLine;

namespace PrivateConnect.Agent;

/// <summary>What is wrong with a command line, in one line that names the option and what is allowed; pure.</summary>
internal static class UsageError
{
    public static AgentFailure Of(ParseResult parsed)
    {
        var unknown = parsed.UnmatchedTokens;
        if (unknown.FirstOrDefault(IsSecretOption) is { } secret)
        {
            // Not repeated beyond the name: what follows "=" may be the key itself.
            return Usage($"{secret.Split('=')[0]} is no option: others can read a command line; "
                + $"put the key into {TokenSource.Variable} or a file named by --token-file");
        }

        var command = parsed.CommandResult.Command;
        if (command is RootCommand)
        {
            var verbs = string.Join(", ", command.Subcommands.Select(verb => verb.Name));
            var given = unknown.Count > 0 ? $"'{unknown[0]}' is no command" : "no command given";
            return Usage($"{given}: {verbs}; connect --help says more");
        }

        if (unknown.Count > 0)
        {
            var options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(parent => parent.Options.Where(o => o.Recursive)));
            var allowed = string.Join(", ", options.Select(option => option.Name).Distinct().Where(name => name != "/h").Order());
            return Usage($"'{unknown[0]}' is not allowed with {command.Name}: allowed are {allowed}");
        }

        return Usage($"{parsed.Errors[0].Message.TrimEnd('.')}; connect {command.Name} --help says more");
    }

    private static bool IsSecretOption(string token) =>
        token.Split('=')[0] is "--token" or "--key" or "--api-key" or "--password" or "--secret";

    private static AgentFailure Usage(string text) => new(ExitCode.Usage, text);
}
