namespace PrivateConnect.Hub.Auth;

/// <summary>Why an enrolment was refused.</summary>
public enum EnrolFailure
{
    None = 0,

    /// <summary>The API key or token is unknown, expired, revoked or already used.</summary>
    BadSecret = 1,

    /// <summary>The API key is valid and may not enrol agents.</summary>
    MissingScope = 2,

    /// <summary>The public key is not an ECDSA P-256 key.</summary>
    BadKey = 3,

    /// <summary>The label is empty, too long or holds unprintable characters.</summary>
    BadLabel = 4,

    /// <summary>This key pair was enrolled here and revoked.</summary>
    Revoked = 5,

    /// <summary>This key pair cannot be enrolled in this workspace.</summary>
    NotAllowed = 6,

    /// <summary>The workspace has as many agents as its quota allows.</summary>
    Quota = 7,
}

/// <summary>An agent, or why not in one line of text for the person who enrols it.</summary>
public sealed record EnrolResult(AgentIdentity? Agent, EnrolFailure Failure, string Text)
{
    internal static EnrolResult Enrolled(AgentIdentity agent) => new(agent, EnrolFailure.None, "");

    internal static EnrolResult Refused(EnrolFailure failure, string text) => new(null, failure, text);
}
