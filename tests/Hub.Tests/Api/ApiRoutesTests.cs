using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Api;
using Xunit;

namespace PrivateConnect.Hub.Tests.Api;

public sealed class ApiRoutesTests
{
    [Fact]
    public async Task EndpointWithoutAPolicyStopsTheStart()
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore();
        builder.Services.AddRoutingCore();
        await using var app = builder.Build();
        var group = app.MapGroup("");
        var routes = new ApiRoutes(group);
        routes.Map("GET", "/good", ApiPolicy.Open, ApiDoc.Of("Good."), _ => throw new NotSupportedException());
        ApiRoutes.RequirePolicies(group);
        group.MapGet("/forgotten", _ => Task.CompletedTask);
        var refused = Assert.Throws<InvalidOperationException>(routes.Seal);
        Assert.Contains("/forgotten", refused.Message, StringComparison.Ordinal);
    }
}
