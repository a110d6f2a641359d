using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace PrivateConnect.Web.Pages;

/// <summary>What a browser sees where there is no page: why, and the way on. Shown in place of an answer that says nothing.</summary>
[IgnoreAntiforgeryToken]
public sealed class ProblemModel : PageModel
{
    private int _code = StatusCodes.Status404NotFound;

    /// <summary>What happened.</summary>
    public string Title => _code switch
    {
        StatusCodes.Status400BadRequest => "This form is too old",
        StatusCodes.Status403Forbidden => "You may not do this",
        StatusCodes.Status404NotFound => "There is no such page",
        StatusCodes.Status405MethodNotAllowed => "This page takes no such request",
        _ => "This did not work",
    };

    /// <summary>What to do.</summary>
    public string Text => _code switch
    {
        StatusCodes.Status400BadRequest => "It was made before you logged in or out, or by another browser. Load the page again and repeat what you did.",
        StatusCodes.Status403Forbidden => "Your role in this workspace does not allow it, or the request came from another site. Ask an owner or admin, who see all roles on the page Members.",
        StatusCodes.Status404NotFound => "The address is wrong, or what it showed is gone: deleted, revoked, or of another workspace. Look whether the right workspace is chosen.",
        _ => $"The hub answered {_code}. Load the page again; if that does not help, look at the hub's log.",
    };

    /// <summary>The page; its status is that of the answer which it stands for.</summary>
    public void OnGet() => Read();

    /// <summary>The same after a form.</summary>
    public void OnPost() => Read();

    private void Read()
    {
        _code = HttpContext.Features.Get<Microsoft.AspNetCore.Diagnostics.IStatusCodeReExecuteFeature>()?.OriginalStatusCode
            ?? StatusCodes.Status404NotFound;
        Response.StatusCode = _code;
    }
}
