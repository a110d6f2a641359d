using System.CommandLine;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>The verbs and options; the only place that knows them.</summary>
internal sealed class CommandLine
{
    private readonly Terminal _terminal;
    private readonly Option<string?> _hub = new("--hub")
    {
        Description = $"The hub's API address. Default: the enrolled one, else {HubAddress.Variable}, else {HubAddress.Default}",
        HelpName = "URL",
    };

    private readonly Option<string?> _pin = new("--pin") { Description = "The hub's key, as it prints it", HelpName = "sha256:HEX" };
    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = $"File with the key to enrol with (or {TokenSource.Variable}); an enrolled folder ignores it",
        HelpName = "FILE",
    };

    private readonly Option<string?> _config = new("--config")
    {
        Description = "Config folder. Default: CONNECT_CONFIG, else ~/.config/privateconnect",
        HelpName = "DIR",
    };

    private readonly Option<string?> _memory = new(AgentMemory.Option)
    {
        Description = $"Keep this process's resident memory below it. Default: {AgentMemory.Variable}, else no promise",
        HelpName = "24M",
    };

    private readonly Option<string?> _label = new("--label") { Description = "This machine's label. Default: its host name", HelpName = "TEXT" };
    private readonly Option<bool> _json = new("--json") { Description = "One JSON object per line and event" };

    private CommandLine(Terminal terminal) => _terminal = terminal;

    public static async Task<int> RunAsync(string[] args, Terminal terminal)
    {
        await using (terminal)
        {
            RelayLoop.Defect += OnDefect;
            try
            {
                return (int)await new CommandLine(terminal).RunAsync(args);
            }
            finally
            {
                RelayLoop.Defect -= OnDefect;
            }
        }

        // On a relay loop: the terminal takes it without waiting.
        void OnDefect(Exception defect) => terminal.Write(
            new AgentEvent(EventName.Notice) { Text = $"{DefectText.Of(defect)}, on a connection; others go on; please report it" });
    }

    private async Task<ExitCode> RunAsync(string[] args)
    {
        _terminal.Json = args.Contains("--json");
        using var stop = new StopSignals();
        try
        {
            var parsed = Build().Parse(args);
            if (parsed.Errors.Count > 0)
                throw UsageError.Of(parsed);
            var configuration = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return (ExitCode)await parsed.InvokeAsync(configuration, stop.Token);
        }
        catch (AgentFailure failure)
        {
            _terminal.Write(AgentEvent.Failed(failure.Code, failure.Message));
            return failure.Code;
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            return ExitCode.Ok;
        }
        catch (Exception defect)
        {
            // Whatever it is, it is ours: one line, and a code that says so.
            _terminal.Write(AgentEvent.Failed(ExitCode.Internal, $"{DefectText.Of(defect)}; please report it"));
            return ExitCode.Internal;
        }
    }

    private RootCommand Build()
    {
        var root = new RootCommand("Makes private TCP services reachable through a PrivateConnect hub.");
        foreach (var option in new Option[] { _hub, _pin, _tokenFile, _config, _label, _json })
        {
            option.Recursive = true;
            root.Options.Add(option);
        }

        root.Subcommands.Add(Up());
        root.Subcommands.Add(Expose());
        root.Subcommands.Add(Reach());
        root.Subcommands.Add(Bench());
        root.Subcommands.Add(Diagnose());
        root.Subcommands.Add(Verb("status", "Shows the session and every service of this machine's agent.", StatusCommand.RunAsync));
        root.Subcommands.Add(Verb("whoami", "Shows this folder's identity.", (context, _) => Task.FromResult(IdentityCommands.WhoAmI(context))));
        root.Subcommands.Add(new Command("identity", "Changes this folder's identity.")
        {
            Verb("rotate", "Gives the agent a new key pair.", IdentityCommands.RotateAsync),
        });
        root.Subcommands.Add(Verb("logout", "Removes this folder's identity.", (context, _) => Task.FromResult(IdentityCommands.LogOut(context))));
        return root;
    }

    private Command Up()
    {
        var file = new Option<string?>("--file") { Description = "Services to expose and to reach, YAML", HelpName = "services.yml" };
        var ephemeral = new Option<bool>("--ephemeral") { Description = "Enrol as an agent that vanishes when it stays away" };
        var command = new Command("up", "Enrols when needed, then stays connected; exposes and reaches what the file lists.")
        {
            file, ephemeral, _memory,
        };
        command.SetAction((result, stop) =>
        {
            var services = result.GetValue(file) is { } path ? ServicesFile.Read(path) : ServicesFile.None;
            return WorkAsync(result, isUp: true, services.Items, stop, services.Memory, result.GetValue(ephemeral));
        });
        return command;
    }

    private Command Expose()
    {
        var target = new Argument<string>("HOST:PORT") { Description = "What visitors reach; dialled from here" };
        var name = new Option<string>("--name") { Description = "The service's name", HelpName = "NAME", Required = true };
        var port = PortOption("Ask for this port of the hub's range");
        var share = new ShareOptions();
        var publish = new Option<string?>("--publish") { Description = $"Where the tunnel port listens: {PublishWords.Allowed}", HelpName = "WHERE" };
        var allow = new Option<string[]>("--allow") { Description = "Network that visitors may come from; repeatable", HelpName = "CIDR" };
        var protocol = new Option<string?>("--protocol")
        {
            Description = $"What it speaks, for its diagnosis: {ProtocolWords.Allowed}. Default: by port 80, 443 and 5432, else tcp",
            HelpName = "NAME",
        };
        var command = new Command("expose", "Makes a service of this network reachable.")
        {
            target, name, port, publish, allow, protocol, share.Weight, share.Limit, share.Floor, _memory,
        };
        command.SetAction((result, stop) =>
        {
            var service = Checked(result.GetRequiredValue(name), "--name");
            if (!TargetEndpoint.TryParse(result.GetRequiredValue(target), out var parsed, out var problem))
                throw new AgentFailure(ExitCode.Usage, problem);
            return WorkAsync(result, isUp: false, [new WorkItem(WorkKind.Expose, service, parsed.ToString(), Port(result, port))
            {
                Share = share.Read(result),
                Publish = PublishWords.Checked(result.GetValue(publish), "--publish"),
                Allow = PublishWords.CheckedNetworks(result.GetValue(allow) ?? [], "--allow"),
                Protocol = result.GetValue(protocol) is { } word ? ProtocolWords.Parse(word, "--protocol") : null,
            }], stop);
        });
        return command;
    }

    private Command Reach()
    {
        var name = new Argument<string>("NAME") { Description = "The service's name" };
        var port = PortOption("Listen on this port. Default: the service's own, or the next free one");
        var command = new Command("reach", "Makes a service of another agent reachable at a port of this machine.") { name, port, _memory };
        command.SetAction((result, stop) => WorkAsync(
            result, isUp: false, [new WorkItem(WorkKind.Reach, Checked(result.GetRequiredValue(name), "NAME"), null, Port(result, port))], stop));
        return command;
    }

    private Command Bench()
    {
        var name = new Argument<string?>("SERVICE") { Description = "The service's name. Default: the way to the hub", Arity = ArgumentArity.ZeroOrOne };
        var seconds = new Option<string?>("--seconds")
        {
            Description = $"How long it takes, {BenchPlan.MinSeconds} to {BenchPlan.MaxSeconds}. Default: {BenchPlan.DefaultSeconds}",
            HelpName = "N",
        };
        var send = new Option<bool>("--send") { Description = "Send zeros to the service itself too; only for one that stands it" };
        var command = new Command("bench", "Measures the way to the hub or to a service, and says what limits it.") { name, seconds, send };
        command.SetAction((result, stop) =>
        {
            var service = result.GetValue(name) is { } given ? Checked(given, "SERVICE") : "";
            var plan = new BenchPlan(Seconds(result.GetValue(seconds)), result.GetValue(send));
            if (plan.Send && service.Length == 0)
                throw new AgentFailure(ExitCode.Usage, "--send: name the SERVICE that shall get the traffic");
            return WorkAsync(result, isUp: false, [new WorkItem(WorkKind.Bench, service, null, 0, Bench: plan)], stop);
        });
        return command;
    }

    private Command Diagnose()
    {
        var name = new Argument<string>("SERVICE") { Description = "The service's name" };
        var command = new Command("diagnose", "Looks at a service from the hub and from here, and says what to do when it does not work.") { name };
        command.SetAction((result, stop) => WorkAsync(
            result, isUp: false, [new WorkItem(WorkKind.Diagnose, Checked(result.GetRequiredValue(name), "SERVICE"), null, 0)], stop));
        return command;
    }

    private static int Seconds(string? text) => text switch
    {
        null => BenchPlan.DefaultSeconds,
        _ when int.TryParse(text, System.Globalization.NumberStyles.None, null, out var seconds)
            && seconds is >= BenchPlan.MinSeconds and <= BenchPlan.MaxSeconds => seconds,
        _ => throw new AgentFailure(ExitCode.Usage, $"--seconds '{text}': give a number from {BenchPlan.MinSeconds} to {BenchPlan.MaxSeconds}"),
    };

    private Command Verb(string verb, string description, Func<CommandContext, CancellationToken, Task<ExitCode>> run)
    {
        var command = new Command(verb, description);
        command.SetAction(async (result, stop) => (int)await run(Context(result), stop));
        return command;
    }

    private async Task<int> WorkAsync(
        ParseResult result, bool isUp, IReadOnlyList<WorkItem> items, CancellationToken stop, string? memoryOfFile = null,
        bool ephemeral = false)
    {
        var context = Context(result);
        AgentMemory.Keep(result.GetValue(_memory), memoryOfFile, context.Environment);
        context = context with { Options = context.Options with { Ephemeral = ephemeral } };
        return (int)await new SessionCommand(context, new CommandWork(isUp, items, context)).RunAsync(stop);
    }

    private CommandContext Context(ParseResult result) => new(
        new CommandOptions(
            result.GetValue(_hub) is { } hub ? HubAddress.Parse(hub, "--hub") : null,
            result.GetValue(_pin) is { } pin ? HubPin.Parse(pin) : null,
            result.GetValue(_tokenFile), result.GetValue(_config), CheckedLabel(result.GetValue(_label))),
        _terminal, Environment.GetEnvironmentVariable, TimeProvider.System);

    private static Option<string?> PortOption(string description) => new("--port") { Description = description, HelpName = "N" };

    private static int Port(ParseResult result, Option<string?> option) => result.GetValue(option) switch
    {
        null => 0,
        var text when ushort.TryParse(text, System.Globalization.NumberStyles.None, null, out var port) && port > 0 => port,
        var text => throw new AgentFailure(ExitCode.Usage, $"--port '{text}': give a number from 1 to 65535"),
    };

    private static string Checked(string name, string option) => ServiceName.IsValid(name)
        ? name
        : throw new AgentFailure(ExitCode.Usage, $"{option} '{name}': give {ServiceName.Shape}");

    private static string? CheckedLabel(string? label) => label is null || (label.Trim().Length is > 0 and <= 64 && !label.Any(char.IsControl))
        ? label?.Trim()
        : throw new AgentFailure(ExitCode.Usage, "--label: give 1 to 64 printable characters");
}
