namespace PrivateConnect.Agent;

/// <summary>What a command stands on.</summary>
/// <param name="Options">From the command line.</param>
/// <param name="Terminal">All output.</param>
/// <param name="Environment">Reads a variable.</param>
/// <param name="Time">The clock.</param>
internal sealed record CommandContext(CommandOptions Options, Terminal Terminal, Func<string, string?> Environment, TimeProvider Time)
{
    public ConfigFolder OpenFolder() => ConfigFolder.Open(ConfigFolder.Choose(Options.Config, Environment));

    /// <summary>
    /// Hub and pin for this run; <c>up</c> asks a person to let it in where there is neither identity nor key. What was given counts; an enrolled folder's own come next, and no default ever takes
    /// their place. A pin belongs to the hub it was given with.
    /// </summary>
    public RuntimeSettings Settle(ConfigFolder folder, bool isUp)
    {
        if (folder.IsEnrolled)
        {
            var identity = folder.ReadIdentity();
            var stored = HubAddress.Parse(identity.Hub, folder.IdentityFile);
            var hub = Options.Hub ?? stored;
            return new RuntimeSettings(folder, hub, Options.Pin ?? (hub == stored ? identity.Pin : null), Options.Label, Token: null);
        }

        var address = Options.Hub ?? (Environment(HubAddress.Variable) is { Length: > 0 } named
            ? HubAddress.Parse(named, HubAddress.Variable)
            : HubAddress.Parse(HubAddress.Default, "--hub"));
        if (Options.Pin is not null && !address.Tls)
            throw new AgentFailure(ExitCode.Usage, $"--pin: {address} has no TLS to pin; give https:// or leave --pin out");
        var ask = isUp ? static _ => null : (Func<string, string?>)Terminal.AskSecret;
        var token = new TokenSource(Options.TokenFile, Environment, ask).Read(address);
        if (token is null && !isUp)
            throw HubLogin.NotEnrolled(folder);
        return new RuntimeSettings(folder, address, Options.Pin, Options.Label, token)
        {
            AsksPerson = isUp,
            Ephemeral = Options.Ephemeral,
        };
    }
}
