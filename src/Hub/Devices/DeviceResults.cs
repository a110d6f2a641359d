namespace PrivateConnect.Hub.Devices;

/// <summary>What a machine is given that asks to be enrolled; both codes are shown this once.</summary>
public sealed record DeviceStart(string DeviceCode, string UserCode, TimeSpan Life, TimeSpan Interval);

/// <summary>A machine that asks, as the person sees it who decides.</summary>
public sealed record DeviceRequest(
    string UserCode, string Label, string AgentVersion, bool Ephemeral, string Address, DateTimeOffset CreatedAt);

/// <summary>How a poll ended, in the words of RFC 8628.</summary>
public enum DevicePoll
{
    /// <summary>Nobody decided yet.</summary>
    AuthorizationPending = 0,

    /// <summary>The same, and it was asked too soon: the interval is 5 s longer from now on.</summary>
    SlowDown = 1,

    /// <summary>A person said no.</summary>
    AccessDenied = 2,

    /// <summary>The code is too old, spent, or was never given.</summary>
    ExpiredToken = 3,

    /// <summary>A person said yes, and this is the one answer that carries the token.</summary>
    Granted = 4,
}

/// <summary>What a decision came to.</summary>
public enum DeviceDecision
{
    /// <summary>Done.</summary>
    Done = 0,

    /// <summary>No machine waits under that code (any more).</summary>
    Unknown = 1,

    /// <summary>Too many wrong codes came from this person or address; wait a minute.</summary>
    TooManyTries = 2,

    /// <summary>The workspace has as many agents as its quota allows.</summary>
    Quota = 3,
}
