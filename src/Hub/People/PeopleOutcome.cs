namespace PrivateConnect.Hub.People;

/// <summary>Why something about people was not done.</summary>
public enum PeopleFailure
{
    None = 0,

    /// <summary>No such thing in this workspace, or none that the requester may know of.</summary>
    NotFound = 1,

    /// <summary>The requester's role does not allow it.</summary>
    NotAllowed = 2,

    /// <summary>A value has no allowed form.</summary>
    BadValue = 3,

    /// <summary>It would leave the workspace without an owner.</summary>
    LastOwner = 4,

    /// <summary>A bound is reached.</summary>
    TooMany = 5,

    /// <summary>A mail was asked for and this hub sends none now.</summary>
    NoMail = 6,

    /// <summary>Only one may do it, and somebody did: the link was used, replaced or has expired.</summary>
    BadLink = 7,

    /// <summary>The person must log in first, as the one who is meant.</summary>
    LogInFirst = 8,
}

/// <summary>What was done, or why not in one line for people.</summary>
public sealed record PeopleOutcome<T>(T? Value, PeopleFailure Failure, string Text) where T : class
{
    public bool Done => Failure == PeopleFailure.None;

    public static implicit operator PeopleOutcome<T>(T value) => new(value, PeopleFailure.None, "");

    public static implicit operator PeopleOutcome<T>(PeopleRefusal refusal) => new(null, refusal.Failure, refusal.Text);
}

/// <summary>A reason, for any outcome.</summary>
public sealed record PeopleRefusal(PeopleFailure Failure, string Text)
{
    public static PeopleRefusal NotFound { get; } =
        new(PeopleFailure.NotFound, "There is nothing of that id here, or nothing that you may see.");

    public static PeopleRefusal NotAllowed(string text) => new(PeopleFailure.NotAllowed, text);

    public static PeopleRefusal BadValue(string text) => new(PeopleFailure.BadValue, text);
}
