namespace PrivateConnect.Hub.Mail;

/// <summary>A mail to one person, plain text: nothing in it can be hidden from who reads it.</summary>
public sealed record MailMessage(string To, string Subject, string Text);
