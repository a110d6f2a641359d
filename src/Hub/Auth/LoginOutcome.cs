namespace PrivateConnect.Hub.Auth;

/// <summary>Why a link did not log anybody in.</summary>
public enum LoginFailure
{
    None = 0,

    /// <summary>Unknown, used, replaced or expired: one answer for all.</summary>
    BadLink = 1,

    /// <summary>The set-up link needs the first owner's e-mail address, and what was given is not one. The link is not spent.</summary>
    BadEmail = 2,

    /// <summary>The person is a member of no workspace.</summary>
    NoWorkspace = 3,
}

/// <summary>The person who is logged in now, or why not in one line of text for the page.</summary>
public sealed record LoginOutcome(string? UserId, string? Email, LoginFailure Failure, string Text)
{
    internal static LoginOutcome Done(string userId, string email) => new(userId, email, LoginFailure.None, "");

    internal static LoginOutcome Refused(LoginFailure failure, string text) => new(null, null, failure, text);
}
