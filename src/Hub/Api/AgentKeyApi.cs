using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Api;

/// <summary>An agent's old and new public key, and what each of them signed; all base64.</summary>
internal sealed record AgentKeyChange(string PublicKey, string NewPublicKey, string Signature, string NewSignature);

internal sealed record AgentKeyView(string AgentId, string Label, string Workspace);

internal static class AgentKeyApi
{
    public static void Map(ApiRoutes routes) => routes.Map("POST", "/v1/agent/key", ApiPolicy.Open,
        ApiDoc.Of("Gives an agent a new key pair: signed by the old key and the new one (docs/protocol.md).")
            .Takes(ApiJson.Default.AgentKeyChange).Gives(200, ApiJson.Default.AgentKeyView).Refuses(401),
        ChangeAsync);

    private static async Task<IResult> ChangeAsync(ApiCall call)
    {
        var services = call.Http.RequestServices;
        var wrong = services.GetRequiredService<WrongSecrets>();
        if (wrong.MustWait(call.Http.Connection.RemoteIpAddress)) return Problem.TooManyWrong;
        var (body, problem) = await ApiBody.ReadAsync(call.Http.Request, ApiJson.Default.AgentKeyChange);
        if (body is null) return problem!;
        var agent = await services.GetRequiredService<AgentDirectory>().RotateAsync(
            Bytes(body.PublicKey), Bytes(body.NewPublicKey), Bytes(body.Signature), Bytes(body.NewSignature),
            call.Address, call.Ended);
        return agent is null
            ? services.GetRequiredService<ApiGate>().Wrong(call.Http)
            : Results.Json(new AgentKeyView(agent.AgentId, agent.Label, agent.Workspace), ApiJson.Default.AgentKeyView);
    }

    // Text that is no base64 is no key and no signature: it is refused as one.
    private static byte[] Bytes(string text)
    {
        var bytes = new byte[Math.Min(text.Length, AgentKey.MaximumBytes * 2)];
        return Convert.TryFromBase64String(text, bytes, out var length) ? bytes[..length] : [];
    }
}
