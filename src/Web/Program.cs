using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Web;

const string Usage = """
    usage: hub                      start the hub
           hub login-link EMAIL     print a link that logs a user in (15 minutes, works once)
           hub enrolment-token      print a token that enrols one agent (1 hour, works once)
           hub migrate [--dry-run]  bring the tables up to date, or tell what that would run
           hub audit verify         check that nobody changed the audit log
           hub audit export         print the audit log
    Options are environment variables; see docs/operations.md.
    """;

try
{
    switch (args)
    {
        case []:
            return await HubProgram.RunAsync(Options());
        case ["login-link", var email]:
            return await TerminalVerbs.LoginLinkAsync(Options(), email, Console.Out, Console.Error);
        case ["enrolment-token"]:
            return await TerminalVerbs.EnrolmentTokenAsync(Options(), Console.Out);
        case ["migrate", .. var rest]:
            return await MigrateVerb.RunAsync(Options(), rest, Console.Out, Console.Error);
        case ["audit", .. var rest]:
            await using (var output = Console.OpenStandardOutput())
                return await AuditVerbs.RunAsync(Options(), rest, output, Console.Error);
        case ["demo-service"]:
            return await DemoService.RunAsync(Console.Out);
        case ["--version"]:
            Console.WriteLine(typeof(HubProgram).Assembly.GetName().Version?.ToString(3));
            return ExitCodes.Ok;
        case ["help" or "--help" or "-h"]:
            Console.WriteLine(Usage);
            return ExitCodes.Ok;
        default:
            Console.Error.WriteLine($"hub: do not know '{string.Join(' ', args)}'");
            Console.Error.WriteLine(Usage);
            return ExitCodes.Usage;
    }
}
catch (HubStartException refused)
{
    foreach (var line in refused.Message.Split('\n'))
        Console.Error.WriteLine($"hub: {line}");
    return refused.ExitCode;
}
catch (DatabaseUnavailableException refused)
{
    Console.Error.WriteLine($"hub: {refused.Message}");
    return ExitCodes.Database;
}
catch (BootstrapKeyException refused)
{
    Console.Error.WriteLine($"hub: {refused.Message}");
    return ExitCodes.Usage;
}

static HubOptions Options() => HubEnvironment.Read(Environment.GetEnvironmentVariable);
