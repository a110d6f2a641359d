using System.Net;

namespace PrivateConnect.Hub.Auth;

/// <summary>Keeps the hub from filling anybody's mailbox: limits by address, by source and by workspace.</summary>
public sealed class MailLimits(TimeProvider time)
{
    // A person who mistypes and tries again; more is somebody else's joke on them.
    private const int PerAddress = 5;
    // An office behind one address.
    private const int PerSource = 20;
    // A team that starts.
    private const int PerWorkspace = 100;

    private readonly AttemptLimit _addresses = new(time, Window, PerAddress);
    private readonly AttemptLimit _sources = new(time, Window, PerSource);
    private readonly AttemptLimit _workspaces = new(time, Window, PerWorkspace);

    /// <summary>How long a mail counts, at most.</summary>
    public static TimeSpan Window { get; } = TimeSpan.FromMinutes(10);

    /// <summary>One more for this address from this source, known to the hub or not.</summary>
    internal bool TryLogin(string email, IPAddress? source) =>
        _sources.TryAdd(SourceNetwork.Of(source)) && _addresses.TryAdd(AttemptLimit.Text(email));

    /// <summary>One more for this address from this workspace.</summary>
    internal bool TryInvite(string email, string workspaceId) =>
        _workspaces.TryAdd(AttemptLimit.Text(workspaceId)) && _addresses.TryAdd(AttemptLimit.Text(email));
}
