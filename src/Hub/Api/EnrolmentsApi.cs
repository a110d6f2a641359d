using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Api;

/// <summary>An agent's public key (base64 of its SubjectPublicKeyInfo) and the name of its machine.</summary>
internal sealed record EnrolmentRequest(string PublicKey, string Label, bool Ephemeral = false);

internal sealed record EnrolmentView(string AgentId, string Label, string Workspace);

/// <summary>How long the token works, an hour when not said, never longer than the key that makes it; whether the agent vanishes when it stays away.</summary>
internal sealed record EnrolmentTokenRequest(int? LifeSeconds = null, bool Ephemeral = false);

internal sealed record EnrolmentTokenView(string Token, DateTimeOffset ExpiresAt);

internal static class EnrolmentsApi
{
    private static readonly TimeSpan DefaultLife = TimeSpan.FromHours(1);

    public static void Map(ApiRoutes routes)
    {
        routes.Map("POST", "/v1/enrolments", ApiPolicy.OwnSecret,
            ApiDoc.Of("Enrols an agent with an API key or a one-time token; the same key pair again is the same agent.")
                .Takes(ApiJson.Default.EnrolmentRequest).Gives(201, ApiJson.Default.EnrolmentView).Refuses(403),
            EnrolAsync);
        routes.Map("POST", "/v1/enrolment-tokens", ApiPolicy.Key(Scopes.Agents, Role.Member),
            ApiDoc.Of("Makes a token that enrols one agent.")
                .Takes(ApiJson.Default.EnrolmentTokenRequest).Gives(201, ApiJson.Default.EnrolmentTokenView),
            CreateTokenAsync);
    }

    private static async Task<IResult> EnrolAsync(ApiCall call)
    {
        var services = call.Http.RequestServices;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.EnrolmentRequest);
        if (body is null) return problem!;
        // Text that is no base64 is no key: the directory says so, after it has looked at the secret.
        var key = new byte[body.PublicKey.Length];
        if (!Convert.TryFromBase64String(body.PublicKey, key, out var length)) length = 0;
        var result = await services.GetRequiredService<AgentDirectory>()
            .EnrolAsync(key[..length], body.Label, call.Secret, call.Address, body.Ephemeral, call.Ended);
        if (result.Agent is { OwnerUserId: { } owner } owned)
            await services.GetRequiredService<ServicePolicy>().KnowMemberAsync(owned.WorkspaceId, owner, call.Ended);
        if (result.Agent is { } agent)
            return Results.Json(new EnrolmentView(agent.AgentId, agent.Label, agent.Workspace),
                ApiJson.Default.EnrolmentView, statusCode: StatusCodes.Status201Created);
        return result.Failure switch
        {
            EnrolFailure.BadSecret => services.GetRequiredService<ApiGate>().Wrong(call.Http),
            EnrolFailure.MissingScope => Problem.MissingScope(Scopes.Agents),
            EnrolFailure.BadKey => Problem.BadRequest("bad_key", result.Text),
            EnrolFailure.BadLabel => Problem.BadRequest("bad_label", result.Text),
            EnrolFailure.Revoked => Problem.Forbidden("revoked", result.Text),
            EnrolFailure.Quota => Problem.Forbidden("quota", result.Text),
            _ => Problem.Forbidden("not_allowed", result.Text),
        };
    }

    private static async Task<IResult> CreateTokenAsync(ApiCall call)
    {
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.EnrolmentTokenRequest);
        if (body is null) return problem!;
        var life = body.LifeSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : DefaultLife;
        if (life <= TimeSpan.Zero || life > EnrolmentTokens.MaximumLife)
            return Problem.BadRequest("bad_life",
                $"lifeSeconds is a number from 1 to {(int)EnrolmentTokens.MaximumLife.TotalSeconds}.");
        var services = call.Http.RequestServices;
        var expires = EnrolmentTokens.EndOf(call.Requester(), services.GetRequiredService<Database>().Time.GetUtcNow(), life);
        var token = await services.GetRequiredService<EnrolmentTokens>()
            .CreateAsync(call.Requester(), life, body.Ephemeral, call.Ended);
        if (token is null) return Problem.Forbidden("not_allowed", "This key makes no tokens any more.");
        return Results.Json(new EnrolmentTokenView(token, expires),
            ApiJson.Default.EnrolmentTokenView, statusCode: StatusCodes.Status201Created);
    }
}
