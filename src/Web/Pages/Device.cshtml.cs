using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Devices;

namespace PrivateConnect.Web.Pages;

/// <summary>Where a person decides over a machine that shows a code. Every step is a click that posts; a link decides nothing.</summary>
public sealed class DeviceModel(DeviceCodes devices) : PageModel
{
    /// <summary>Who asks, before the decision.</summary>
    public DeviceRequest? Asks { get; private set; }

    /// <summary>Why the last step failed.</summary>
    public string? Problem { get; private set; }

    /// <summary>What was decided.</summary>
    public string? Done { get; private set; }

    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    /// <summary>Where the agent would be.</summary>
    public string Workspace => Who.Workspace;

    private SessionIdentity Who => HttpContext.Features.Get<SessionIdentity>()
        ?? throw new InvalidOperationException("This page is for people who are logged in.");

    /// <summary>Asks for the code.</summary>
    public void OnGet()
    {
    }

    /// <summary>Shows who asks.</summary>
    public async Task<IActionResult> OnPostLookAsync([FromForm] string? code, CancellationToken ct)
    {
        if (!MayEnrol)
            return StatusCode(StatusCodes.Status403Forbidden);
        (Asks, var refusal) = await devices.LookAsync(code, Who, HttpContext.Connection.RemoteIpAddress, ct);
        return Asks is null ? Fail(refusal) : Page();
    }

    /// <summary>Lets the machine in.</summary>
    public Task<IActionResult> OnPostApproveAsync([FromForm] string? code, CancellationToken ct) => DecideAsync(code, true, ct);

    /// <summary>Sends the machine away.</summary>
    public Task<IActionResult> OnPostDenyAsync([FromForm] string? code, CancellationToken ct) => DecideAsync(code, false, ct);

    private async Task<IActionResult> DecideAsync(string? code, bool approve, CancellationToken ct)
    {
        if (!MayEnrol)
            return StatusCode(StatusCodes.Status403Forbidden);
        var decision = await devices.DecideAsync(code, approve, Who, HttpContext.Connection.RemoteIpAddress, ct);
        if (decision != DeviceDecision.Done)
            return Fail(decision);
        Done = approve ? "It is let in, and is connected in a few seconds." : "It was sent away.";
        return Page();
    }

    private PageResult Fail(DeviceDecision decision)
    {
        Problem = decision switch
        {
            DeviceDecision.TooManyTries => "Too many wrong codes: wait a minute, then type the code that the machine shows.",
            DeviceDecision.Quota => "This workspace's quota of agents is used up: revoke one, or ask the hub's operator for more.",
            _ => "No machine waits under this code: it was mistyped, is older than 10 minutes, or was decided on.",
        };
        Response.StatusCode = decision == DeviceDecision.TooManyTries
            ? StatusCodes.Status429TooManyRequests
            : StatusCodes.Status400BadRequest;
        return Page();
    }
}
