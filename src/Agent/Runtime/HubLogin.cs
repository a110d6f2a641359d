using System.Security.Cryptography;
using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>Gets a link as this folder's agent: enrols first where the folder is empty, and keeps what turned out to work.</summary>
internal sealed class HubLogin(RuntimeSettings settings, LocalServices services, WorkOwners owners, TimeProvider time)
{
    public async Task<HubLink> ConnectAsync(CancellationToken cancellation)
    {
        var folder = settings.Folder;
        if (!folder.IsEnrolled)
            await EnrolAsync(cancellation);
        var identity = folder.ReadIdentity();
        var link = await DialAsync(settings.Label ?? identity.Label, cancellation);

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
        if (link.Welcome.Notice.Length > 0)
            owners.Tell(new AgentEvent(EventName.Notice) { Text = link.Welcome.Notice });
        return link;
    }

    /// <summary>
    /// Connects with the folder's key. Where a change of it was cut off, the hub knows one of the two: the other is tried
    /// when the first is turned down, and the one that works is kept.
    /// </summary>
    private async Task<HubLink> DialAsync(string label, CancellationToken cancellation)
    {
        using var next = settings.Folder.ReadNextKey();
        using var key = settings.Folder.ReadKey();
        try
        {
            return await DialAsync(key, label, cancellation);
        }
        catch (AgentFailure refused) when (next is not null && refused.Code is ExitCode.Revoked)
        {
            HubLink link;
            try
            {
                link = await DialAsync(next, label, cancellation);
            }
            catch (AgentFailure again) when (again.Code is ExitCode.Revoked)
            {
                throw refused;
            }

            settings.Folder.PromoteNextKey();
            return link;
        }
    }

    private Task<HubLink> DialAsync(ECDsa key, string label, CancellationToken cancellation) => HubConnection.ConnectAsync(
        settings.Hub, settings.Pin, key, label, PlaceNumber.Of(settings.Folder.Location), services, time, cancellation);

    private async Task EnrolAsync(CancellationToken cancellation)
    {
        var label = settings.Label ?? Environment.MachineName;
        var token = settings.Token
            ?? (settings.AsksPerson
                ? await new DeviceEnrolment(settings.Hub, settings.Pin, time, owners.Tell).RunAsync(label, settings.Ephemeral, cancellation)
                : throw NotEnrolled(settings.Folder));
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var identity = await Enroller.EnrolAsync(
            settings.Hub, settings.Pin, key, label, token, time, cancellation, settings.Ephemeral);
        settings.Folder.Save(identity, key);
        MemoryKeeper.Step();
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
