namespace PrivateConnect.Hub.Mail;

/// <summary>The way a mail leaves the hub.</summary>
public interface IMailTransport
{
    /// <summary>Returns when the mail was taken over by the next server.</summary>
    /// <exception cref="MailFailedException">It was not; the message is one line without secrets.</exception>
    Task SendAsync(MailMessage mail, CancellationToken ct);
}

/// <summary>A mail did not leave; the message is one line for the log and holds no secret.</summary>
public sealed class MailFailedException(string message, Exception? cause = null) : Exception(message, cause);
