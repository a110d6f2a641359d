using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Diagnosing;

namespace PrivateConnect.Hub.Api;

/// <summary>Where to look from: "hub" and ids of connected agents; the hub alone when left out.</summary>
internal sealed record DiagnosisRequest(IReadOnlyList<string>? From = null);

internal static class DiagnosesApi
{
    public static void Map(ApiRoutes routes) => routes.Map(
        "POST", "/v1/services/{name}/diagnoses", ApiPolicy.Key(Scopes.Services, Role.Member),
        ApiDoc.Of("Diagnoses a service from the hub and from agents, and keeps the result; its document tells.")
            .Path("name", "The service's name.")
            .Takes(ApiJson.Default.DiagnosisRequest).Gives(201, ApiJson.Default.DiagnosticView).Waits(Diagnoser.Limit),
        CreateAsync);

    private static async Task<IResult> CreateAsync(ApiCall call)
    {
        var name = call.Route("name");
        if (call.Http.RequestServices.GetRequiredService<ServiceDirectory>().Find(call.WorkspaceId, name) is null)
            return Problem.NotFound;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.DiagnosisRequest);
        if (body is null) return problem!;
        var from = body.From ?? [Diagnoser.Hub];
        if (from.Count is 0 or > Diagnoser.MaximumPerspectives || from.Distinct().Count() != from.Count)
            return Problem.BadRequest("bad_from", $"from has 1 to {Diagnoser.MaximumPerspectives} different places.");
        var (document, failure) = await call.Http.RequestServices.GetRequiredService<HubRelay>().Diagnoser
            .RunAsync(call.WorkspaceId, name, from);
        if (document is null) return Refusal(call, failure);
        var row = await call.Http.RequestServices.GetRequiredService<Diagnostics>()
            .StoreAsync(call.WorkspaceId, name, call.Caller.Actor, Diagnoser.Write(document), call.Ended);
        return Results.Json(DiagnosticsApi.View(row), ApiJson.Default.DiagnosticView, statusCode: StatusCodes.Status201Created);
    }

    private static IResult Refusal(ApiCall call, DiagnosisFailure failure)
    {
        if (failure == DiagnosisFailure.UnknownService) return Problem.NotFound;
        if (failure == DiagnosisFailure.UnknownAgent)
            return Problem.BadRequest("bad_from", "from names \"hub\" and agents of this workspace that are connected, by id.");
        call.Http.Response.Headers.RetryAfter = "1";
        return Problem.TooManyRequests("diagnosed_just_now", "This service was diagnosed within the last second; its result is in the list.");
    }
}
