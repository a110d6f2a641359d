using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Api;

/// <summary>The hub answers. The database is not asked: streams live on without it.</summary>
internal sealed record HealthView(string Status, string Version, string Database);

internal static class HealthApi
{
    private static readonly string Version =
        typeof(HealthApi).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    public static void Map(ApiRoutes routes) => routes.Map("GET", "/health", ApiPolicy.Open,
        ApiDoc.Of("Tells that the hub answers.").Gives(200, ApiJson.Default.HealthView), Get);

    private static Task<IResult> Get(ApiCall call)
    {
        var engine = call.Http.RequestServices.GetRequiredService<Database>().Engine;
        return Task.FromResult(Results.Json(new HealthView("ok", Version, engine), ApiJson.Default.HealthView));
    }
}
