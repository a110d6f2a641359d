using System.Net;
using PrivateConnect.Hub.Mail;

namespace PrivateConnect.Hub.Auth;

/// <summary>What somebody who asks for a link is told; nothing in it depends on whether the hub knows the address.</summary>
public enum LoginMailAnswer
{
    /// <summary>If the address is known, a link is on its way.</summary>
    Asked = 0,

    /// <summary>The text is not an e-mail address.</summary>
    BadEmail = 1,

    /// <summary>Too many links were asked for, for this address or from this source.</summary>
    TooMany = 2,

    /// <summary>This hub sends no mail, or its queue is full.</summary>
    NoMail = 3,
}

/// <summary>Log-in links by mail. The request only asks; who the address belongs to is looked up behind it.</summary>
public sealed class LoginMail(MailQueue mail, LoginLinks links, MailLimits limits, HubOptions options)
{
    // Work that begins at once takes its time from the answer, which then tells whether there was any (docs/decisions/0067). The
    // answer is out after the least; up to the most nobody knows when the work is done.
    private static readonly TimeSpan s_leastPause = TimeSpan.FromMilliseconds(100), s_mostPause = TimeSpan.FromSeconds(1);

    // It is about the processor's time, not about the hub's clock.
    private static readonly TimeProvider s_time = TimeProvider.System;

    public bool IsThere => mail.IsThere;

    /// <summary>Asks for a link; the same work for every address.</summary>
    public LoginMailAnswer Ask(string? email, IPAddress? source)
    {
        if (EmailAddress.Normalize(email) is not { } address) return LoginMailAnswer.BadEmail;
        if (!mail.IsThere) return LoginMailAnswer.NoMail;
        if (!limits.TryLogin(address, source)) return LoginMailAnswer.TooMany;
        var asked = s_time.GetTimestamp();
        var pause = s_leastPause + (s_mostPause - s_leastPause) * Random.Shared.NextDouble();
        return mail.TryPost(ct => WriteAsync(address, pause - s_time.GetElapsedTime(asked), ct)) ? LoginMailAnswer.Asked : LoginMailAnswer.NoMail;
    }

    private async Task<MailMessage?> WriteAsync(string address, TimeSpan pause, CancellationToken ct)
    {
        if (pause > TimeSpan.Zero) await Task.Delay(pause, s_time, ct);
        if (await links.CreateForAsync(address, LoginLinks.LinkLife, ct) is not { } token) return null;
        return new MailMessage(address, "Your link to log in", $"""
            Open this link to log in to PrivateConnect at {options.AppUrl}:

            {Announcement.LoginLink(options, token)}

            It works once, for {(int)LoginLinks.LinkLife.TotalMinutes} minutes, and replaces every earlier one. If you did not ask for it, do nothing.
            """);
    }
}
