using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.People;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web.Pages;

/// <summary>A page for people who are logged in.</summary>
public abstract class PersonPage : PageModel
{
    /// <summary>Where the layout finds what <see cref="Done"/> says.</summary>
    internal const string DoneKey = "done";

    /// <summary>Who looks, as what, in which workspace.</summary>
    public SessionIdentity Who => HttpContext.Features.Get<SessionIdentity>()
        ?? throw new InvalidOperationException("This page is for people who are logged in.");

    /// <summary>Why the last act was not done.</summary>
    public string? Problem { get; private set; }

    /// <summary>The same for acts.</summary>
    protected Requester Requester => Requester.Of(Who, Entrance.Address(HttpContext));

    /// <summary>Reads what the page shows.</summary>
    protected abstract Task ReadAsync(CancellationToken ct);

    /// <summary>Leads on to a page of ours, which says once what was done.</summary>
    protected LocalRedirectResult Done(string text, string? path = null)
    {
        TempData[DoneKey] = text;
        return LocalRedirect(path ?? Request.Path.Value!);
    }

    /// <summary>The page again, fresh, when it was done; with the reason when not.</summary>
    protected async Task<IActionResult> AnswerAsync<T>(PeopleOutcome<T> outcome, CancellationToken ct) where T : class
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Done ? LocalRedirect(Request.Path.Value!) : await RefuseAsync(outcome.Failure, outcome.Text, ct);
    }

    /// <summary>The page with the reason.</summary>
    protected async Task<IActionResult> RefuseAsync(PeopleFailure failure, string text, CancellationToken ct)
    {
        Problem = text;
        Response.StatusCode = failure switch
        {
            PeopleFailure.NotFound => StatusCodes.Status404NotFound,
            PeopleFailure.NotAllowed => StatusCodes.Status403Forbidden,
            _ => StatusCodes.Status400BadRequest,
        };
        await ReadAsync(ct);
        return Page();
    }
}
