namespace PrivateConnect.Agent;

/// <summary>How <c>connect</c> ends. Scripts rely on the numbers; docs/agent-commands.md lists them and a test compares.</summary>
internal enum ExitCode
{
    /// <summary>Done, or ended by Ctrl-C or SIGTERM.</summary>
    Ok = 0,

    /// <summary>A defect of this program.</summary>
    Internal = 1,

    /// <summary>The command line or a file named in it is wrong.</summary>
    Usage = 2,

    /// <summary>The config folder has no identity and no key was given.</summary>
    NotEnrolled = 3,

    /// <summary>The hub cannot be reached, does not answer, or is no hub.</summary>
    HubUnreachable = 4,

    /// <summary>The hub's certificate is neither the pinned one nor trusted by this machine.</summary>
    NotTrusted = 5,

    /// <summary>The hub refused the key, its scope, or the proof of this agent's identity.</summary>
    KeyRefused = 6,

    /// <summary>No service of that name.</summary>
    UnknownService = 7,

    /// <summary>The hub refused the service's name or port.</summary>
    ServiceRefused = 8,

    /// <summary>The local port cannot be listened on.</summary>
    LocalPort = 9,

    /// <summary>The agent was revoked, is unknown to the hub, or another session of it took over.</summary>
    Revoked = 10,

    /// <summary>Hub and agent speak no common version.</summary>
    Version = 11,

    /// <summary>The config folder cannot be used.</summary>
    ConfigFolder = 12,

    /// <summary>A bench or diagnosis could not be carried out: the other side is away, busy with another one, or ended it.</summary>
    NotMeasured = 13,

    /// <summary>A diagnosis was made, and the service does not work.</summary>
    NotHealthy = 14,
}
