using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Data;
using PrivateConnect.Testing;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests;

/// <summary>What the hub serves says who may call it, or the hub does not start.</summary>
public sealed class PolicySealTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task EndpointOutsideTheApiThatSaysNothingStopsTheStart(bool declared)
    {
        using var folder = new TempFolder();
        using var data = DataFolder.Open(folder.Path);
        await using var database = await Database.OpenAsync(null, folder.Path, TimeProvider.System, CancellationToken.None);
        var first = FreePorts.Range(11);
        var options = new HubOptions { Port = 0, WebPort = 0, DataDir = folder.Path, FirstTunnelPort = first, LastTunnelPort = first + 10 };
        await using var app = HubProgram.Build(options, database, services => services.AddLogging(log => log.ClearProviders()));
        var endpoint = app.MapGet("/forgotten", () => "here");
        if (declared)
        {
            endpoint.AllowAnonymous();
            await app.RunHubAsync(data, new StringWriter(), Task.CompletedTask);
            return;
        }

        var refused = await Assert.ThrowsAsync<HubStartException>(
            () => app.RunHubAsync(data, new StringWriter(), Task.CompletedTask));
        Assert.Contains("/forgotten", refused.Message, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Defect, refused.ExitCode);
    }

    [Fact]
    public async Task PagesForAnybodyAreTheseAndAllOthersAskForALogIn()
    {
        await using var site = await SiteFixture.StartAsync();
        var open = new List<string>();
        var pages = site.App.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .Where(one => one.Metadata.GetMetadata<PageActionDescriptor>() is not null)
            .Select(one => "/" + one.RoutePattern.RawText!.Split('{')[0] + (one.RoutePattern.Parameters.Count > 0 ? "x" : ""))
            .Distinct().ToList();
        Assert.True(pages.Count > 15, $"only {pages.Count} pages seen");
        foreach (var page in pages)
        {
            site.Cookies.Clear();
            using var answer = await site.GetAsync(page);
            if (answer.StatusCode == HttpStatusCode.Found && answer.Headers.Location!.OriginalString.StartsWith("/login", StringComparison.Ordinal))
                continue;
            open.Add(page.ToLowerInvariant());
        }

        Assert.Equal(["/invitation", "/login", "/problem", "/setup", "/shared"], open.Order(StringComparer.Ordinal));
    }
}
