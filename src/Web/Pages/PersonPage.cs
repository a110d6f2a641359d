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

    // By page: two that are open must not take each other's.
    private string MadeKey => $"made {Request.Path}";

    /// <summary>Who looks, as what, in which workspace.</summary>
    public SessionIdentity Who => HttpContext.Features.Get<SessionIdentity>()
        ?? throw new InvalidOperationException("This page is for people who are logged in.");

    /// <summary>Why the last act was not done.</summary>
    public string? Problem { get; private set; }

    /// <summary>What a field shows: after a refusal what was typed, so that nobody types it twice; else what is kept.</summary>
    public string? Typed(string field, string? kept = null) =>
        Problem is not null && Request.HasFormContentType && Request.Form.TryGetValue(field, out var typed) ? typed.ToString() : kept;

    /// <summary>The same for one of several boxes.</summary>
    public bool IsTicked(string field, string value, bool kept = false) =>
        Problem is not null && Request.HasFormContentType ? Request.Form[field].Contains(value, StringComparer.Ordinal) : kept;

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

    /// <summary>
    /// Leads back to this page, which shows a secret once. The words wait in the browser's sealed cookie, so that a reload, or a way
    /// back, makes no second one.
    /// </summary>
    protected LocalRedirectResult ShowOnce(params string[] words)
    {
        TempData[MadeKey] = words;
        return LocalRedirect(Request.Path.Value!);
    }

    /// <summary>What <see cref="ShowOnce"/> left, <paramref name="count"/> words; null when there is nothing of that shape.</summary>
    protected string[]? TakeMade(int count) => TempData[MadeKey] is string[] words && words.Length == count ? words : null;

    /// <summary>The page again, fresh, which says what was done; with the reason when it was not.</summary>
    protected async Task<IActionResult> AnswerAsync<T>(PeopleOutcome<T> outcome, string done, CancellationToken ct) where T : class
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return outcome.Done ? Done(done) : await RefuseAsync(outcome, ct);
    }

    /// <summary>The page with the reason of what was not done.</summary>
    protected Task<IActionResult> RefuseAsync<T>(PeopleOutcome<T> outcome, CancellationToken ct) where T : class
    {
        ArgumentNullException.ThrowIfNull(outcome);
        return RefuseAsync(outcome.Failure, outcome.Text, ct);
    }

    /// <summary>The page with the reason.</summary>
    protected async Task<IActionResult> RefuseAsync(PeopleFailure failure, string text, CancellationToken ct)
    {
        ArgumentException.ThrowIfNullOrEmpty(text);
        // The same text stands in API answers, where a field's name may begin it.
        Problem = char.ToUpperInvariant(text[0]) + text[1..];
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
