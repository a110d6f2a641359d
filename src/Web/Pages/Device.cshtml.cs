using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.People;

namespace PrivateConnect.Web.Pages;

/// <summary>Where a person decides over a machine that shows a code. Every step is a click that posts; a link decides nothing.</summary>
public sealed class DeviceModel(DeviceCodes devices, HubOptions options, CertificateHolder certificate) : PersonPage
{
    /// <summary>Who asks, before the decision.</summary>
    public DeviceRequest? Asks { get; private set; }

    /// <summary>Viewers look.</summary>
    public bool MayEnrol => Who.Role >= Role.Member;

    /// <summary>Where the agent would be.</summary>
    public string Workspace => Who.Workspace;

    /// <summary>What a new machine runs to show a code.</summary>
    public string CodeCommand => Announcement.ConnectCommand(options, Announcement.Host(options), certificate.Current.Pin);

    /// <summary>Asks for the code.</summary>
    public void OnGet()
    {
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;

    /// <summary>Shows who asks.</summary>
    public async Task<IActionResult> OnPostLookAsync([FromForm] string? code, CancellationToken ct)
    {
        if (!MayEnrol)
            return StatusCode(StatusCodes.Status403Forbidden);
        (Asks, var refusal) = await devices.LookAsync(code, Who, HttpContext.Connection.RemoteIpAddress, ct);
        return Asks is null ? await FailAsync(refusal, ct) : Page();
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
            return await FailAsync(decision, ct);
        return approve ? Done("The machine is let in, and is connected in a few seconds.", "/") : Done("The machine was sent away.");
    }

    private async Task<IActionResult> FailAsync(DeviceDecision decision, CancellationToken ct)
    {
        var page = await RefuseAsync(
            PeopleFailure.BadValue,
            decision switch
            {
                DeviceDecision.TooManyTries => "Too many wrong codes: wait a minute, then type the code that the machine shows.",
                DeviceDecision.Quota => "This workspace's quota of agents is used up: revoke one, or ask the hub's operator for more.",
                _ => "No machine waits under this code: it was mistyped, is older than 10 minutes, or was decided on.",
            },
            ct);
        if (decision == DeviceDecision.TooManyTries)
            Response.StatusCode = StatusCodes.Status429TooManyRequests;
        return page;
    }
}
