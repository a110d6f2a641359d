using Microsoft.AspNetCore.Mvc.RazorPages;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Door;
using PrivateConnect.Web.Auth;

namespace PrivateConnect.Web;

/// <summary>
/// Draws every page once after the start, for nobody and into nothing: the first person would wait for the compiler instead.
/// It calls the pages' own endpoints, in this process and without a request; a GET changes nothing. One real request, with a
/// session that is none, takes the way through door, server and log-in.
/// </summary>
internal sealed class WarmUp(
    EndpointDataSource endpoints, IServiceScopeFactory scopes, IHostApplicationLifetime life, AgentDirectory agents, ServiceDirectory services,
    AuthSessions sessions, FrontDoor door) : BackgroundService
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var listening = life.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stoppingToken.IsCancellationRequested)
            return;
        await TryAsync(() => AskAsync(stoppingToken));
        await TryAsync(() => sessions.WarmUpAsync(stoppingToken));
        foreach (var page in endpoints.Endpoints.OfType<RouteEndpoint>().Where(one => one.Metadata.GetMetadata<PageActionDescriptor>() is not null))
        {
            if (stoppingToken.IsCancellationRequested)
                return;
            await TryAsync(() => DrawAsync(page, stoppingToken));
        }
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception)
        {
            // A page that has nothing to show to nobody, or a database that is away: whoever asks next is told why.
        }
    }

    private async Task AskAsync(CancellationToken ct)
    {
        using var http = new HttpClient { Timeout = s_patience };
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{door.Web}/");
        request.Headers.Add("Cookie", $"{SessionCookie.CookieName}={AuthSessions.Nobodys}");
        using var answer = await http.SendAsync(request, ct);
    }

    private async Task DrawAsync(RouteEndpoint page, CancellationToken ct)
    {
        // Of somebody's, where there is one: a page without rows leaves half of itself cold. Nobody sees it.
        var agent = agents.All.FirstOrDefault(one => !one.Revoked);
        var workspace = agent?.WorkspaceId ?? Guid.Empty.ToString("D");
        var service = services.List(workspace) is [var first, ..] ? first.Name : null;
        await using var scope = scopes.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = ct };
        http.Request.Method = HttpMethods.Get;
        http.Request.Scheme = Uri.UriSchemeHttps;
        http.Request.Path = "/" + page.RoutePattern.RawText;
        http.Response.Body = Stream.Null;
        foreach (var (name, value) in page.RoutePattern.RequiredValues)
            http.Request.RouteValues[name] = value;
        foreach (var parameter in page.RoutePattern.Parameters)
            http.Request.RouteValues.TryAdd(parameter.Name, parameter.Name == "id" ? agent?.AgentId : service);
        http.Features.Set(new SessionIdentity("", "", "", workspace, "", Role.Owner));
        http.SetEndpoint(page);
        await page.RequestDelegate!(http);
    }
}
