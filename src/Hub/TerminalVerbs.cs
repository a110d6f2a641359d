using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Hub;

/// <summary>What a person with a shell on the hub's machine may do beside the running hub: straight to the database.</summary>
public static class TerminalVerbs
{
    private static readonly TimeSpan TokenLife = TimeSpan.FromHours(1);

    /// <summary><c>hub login-link EMAIL</c>: prints a link that logs this person in, or the set-up link of an empty hub.</summary>
    public static async Task<int> LoginLinkAsync(HubOptions options, string email, TextWriter output, TextWriter errors)
    {
        await using var database = await OpenAsync(options);
        await using var audit = new AuditLog(database);
        var links = new LoginLinks(database, audit, new MemberDirectory(database, audit));
        if (await links.CreateForAsync(email, LoginLinks.LinkLife, CancellationToken.None) is { } token)
        {
            await WriteAsync(audit, null, "login-link.make", email);
            await output.WriteLineAsync(Announcement.LoginLink(options, token));
            return ExitCodes.Ok;
        }

        if (await links.CreateSetupAsync(CancellationToken.None) is { } setup)
        {
            await WriteAsync(audit, null, "setup-link.make", "");
            await errors.WriteLineAsync("This hub has no users yet: this link sets it up and makes the first owner.");
            await output.WriteLineAsync(Announcement.SetupLink(options, setup));
            return ExitCodes.Ok;
        }

        await errors.WriteLineAsync($"hub: no user has the address '{email}'");
        return ExitCodes.Usage;
    }

    /// <summary><c>hub enrolment-token</c>: prints a one-time token for one agent of the default workspace.</summary>
    public static async Task<int> EnrolmentTokenAsync(HubOptions options, TextWriter output)
    {
        await using var database = await OpenAsync(options);
        await using var db = database.Connect();
        var workspace = await db.EnsureDefaultWorkspaceAsync(database.Time, CancellationToken.None);
        await using var audit = new AuditLog(database);
        var token = await new EnrolmentTokens(database, audit)
            .CreateAsync(Requester.Local(workspace.Id, Actor), TokenLife, false, CancellationToken.None);
        await output.WriteLineAsync(token);
        return ExitCodes.Ok;
    }

    private static string Actor => $"terminal {Environment.UserName}";

    /// <summary>Before the secret is shown: what cannot be recorded is not handed out.</summary>
    private static Task WriteAsync(AuditLog audit, string? workspaceId, string act, string subject) => audit.WriteAsync(
        workspaceId, Actor, "", act, subject, AuditLog.Done, CancellationToken.None);

    private static Task<Database> OpenAsync(HubOptions options) =>
        Database.OpenAsync(options.DatabaseUrl, options.DataDir, TimeProvider.System, CancellationToken.None);
}
