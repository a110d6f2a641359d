using System.Security.Cryptography;

namespace PrivateConnect.Agent;

/// <summary>Gets a link as this folder's agent: enrols first where the folder is empty, and keeps what turned out to work.</summary>
internal sealed class HubLogin(RuntimeSettings settings, LocalServices services, WorkOwners owners, TimeProvider time)
{
    private ECDsa? _key;

    public async Task<HubLink> ConnectAsync(CancellationToken cancellation)
    {
        var folder = settings.Folder;
        if (!folder.IsEnrolled)
            await EnrolAsync(cancellation);
        var identity = folder.ReadIdentity();
        _key ??= folder.ReadKey();
        var link = await HubConnection.ConnectAsync(
            settings.Hub, settings.Pin, _key, settings.Label ?? identity.Label, services, time, cancellation);

        // Hub and pin are kept only now that they worked; label and workspace are the hub's word.
        var seen = identity with
        {
            Hub = settings.Hub.ToString(),
            Pin = settings.Pin,
            Label = link.Welcome.Label,
            Workspace = link.Welcome.Workspace,
        };
        if (seen != identity)
            folder.Save(seen);
        return link;
    }

    private async Task EnrolAsync(CancellationToken cancellation)
    {
        if (settings.Token is null)
            throw NotEnrolled(settings.Folder);
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var identity = await Enroller.EnrolAsync(
            settings.Hub, settings.Pin, key, settings.Label ?? Environment.MachineName, settings.Token, time, cancellation);
        settings.Folder.Save(identity, key);
        _key = key;
        owners.Tell(new AgentEvent(EventName.Enrolled)
        {
            AgentId = identity.AgentId,
            Label = identity.Label,
            Workspace = identity.Workspace,
            Hub = identity.Hub,
            Config = settings.Folder.Location,
        });
    }

    public static AgentFailure NotEnrolled(ConfigFolder folder) => new(ExitCode.NotEnrolled,
        $"{folder.Location} holds no identity and no key was given: set {TokenSource.Variable} or give --token-file, with a key from the hub");
}
