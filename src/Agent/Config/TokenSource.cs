namespace PrivateConnect.Agent;

/// <summary>Where an enrolment key may come from: the environment, a file, or a person; never the command line, which others can read.</summary>
internal sealed class TokenSource(string? file, Func<string, string?> environment, Func<string, string?> ask)
{
    public const string Variable = "PRIVATECONNECT_TOKEN";

    /// <summary>Longer than any key; a longer file is some other file.</summary>
    public const int MaxLength = 4096;

    /// <summary>The key, or null where none is given and nobody can be asked.</summary>
    public string? Read(HubAddress hub)
    {
        if (file is not null)
            return Checked(FromFile(file), $"the file {file}");
        if (environment(Variable) is { Length: > 0 } given)
            return Checked(given, Variable);
        return ask($"Key for {hub}: ") is { } typed ? Checked(typed, "the key typed in") : null;
    }

    private static string FromFile(string path)
    {
        try
        {
            if (new FileInfo(path) is { Length: > MaxLength })
                throw new AgentFailure(ExitCode.Usage, $"--token-file: {path} is longer than a key; name a file that holds the key alone");
            return File.ReadAllText(path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure(ExitCode.Usage, $"--token-file: cannot read {path}: {error.Message}");
        }
    }

    private static string Checked(string token, string from)
    {
        token = token.Trim();
        if (token.Length is 0 or > MaxLength || token.Any(c => c is <= ' ' or > '~'))
            throw new AgentFailure(ExitCode.Usage, $"{from} holds no key: a key is one word of printable characters, such as pc_…");
        return token;
    }
}
