using System.Security.Cryptography;

namespace PrivateConnect.Agent;

/// <summary><c>whoami</c> and <c>logout</c>: what the folder says, and forgetting it.</summary>
internal static class IdentityCommands
{
    public static ExitCode WhoAmI(CommandContext context)
    {
        var folder = context.OpenFolder();
        if (!folder.IsEnrolled)
            throw HubLogin.NotEnrolled(folder);
        var identity = folder.ReadIdentity();
        using var key = folder.ReadKey();
        context.Terminal.Write(new AgentEvent(EventName.WhoAmI)
        {
            AgentId = identity.AgentId,
            Label = identity.Label,
            Workspace = identity.Workspace,
            Hub = identity.Hub,
            Pin = identity.Pin,
            Fingerprint = HubPin.Format(SHA256.HashData(key.ExportSubjectPublicKeyInfo())),
            Config = folder.Location,
        });
        return ExitCode.Ok;
    }

    public static ExitCode LogOut(CommandContext context)
    {
        var folder = context.OpenFolder();
        using var hold = HolderLock.TryTake(folder)
            ?? throw new AgentFailure(ExitCode.ConfigFolder, $"a connect command is running with {folder.Location}: end it first, then log out");
        var was = folder.IsEnrolled;
        folder.Forget();
        context.Terminal.Write(new AgentEvent(EventName.LoggedOut)
        {
            Config = folder.Location,
            Text = was
                ? $"The identity in {folder.Location} is removed. The hub still lists the agent until it is revoked there."
                : $"{folder.Location} holds no identity.",
        });
        return ExitCode.Ok;
    }

    /// <summary>Gives the agent a new key pair; a session that is open goes on.</summary>
    public static async Task<ExitCode> RotateAsync(CommandContext context, CancellationToken cancellation)
    {
        var folder = context.OpenFolder();
        if (!folder.IsEnrolled)
            throw HubLogin.NotEnrolled(folder);
        var settings = context.Settle(folder, isUp: false);
        await KeyRotation.RunAsync(folder, settings.Hub, settings.Pin, context.Time, cancellation);
        using var key = folder.ReadKey();
        context.Terminal.Write(new AgentEvent(EventName.Rotated)
        {
            AgentId = folder.ReadIdentity().AgentId,
            Fingerprint = HubPin.Format(SHA256.HashData(key.ExportSubjectPublicKeyInfo())),
            Config = folder.Location,
            Text = $"The agent has a new key in {folder.Location}; the old one is worth nothing any more.",
        });
        return ExitCode.Ok;
    }
}
