using System.Net;
using System.Security.Cryptography;
using System.Text.Json;

namespace PrivateConnect.Agent;

/// <summary>Body of POST /v1/enrolments.</summary>
internal sealed record EnrolmentRequest(string PublicKey, string Label, bool? Ephemeral = null);

/// <summary>Answer 201 of POST /v1/enrolments.</summary>
internal sealed record EnrolmentAnswer(string AgentId, string Label, string Workspace);

/// <summary>Registers this agent's public key with the hub, against a key that a person or a script was given.</summary>
internal static class Enroller
{
    public static async Task<Identity> EnrolAsync(
        HubAddress hub, string? pin, ECDsa key, string label, string token, TimeProvider time, CancellationToken cancellation,
        bool ephemeral = false)
    {
        var body = JsonSerializer.Serialize(
            new EnrolmentRequest(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), label, ephemeral ? true : null),
            AgentJson.Default.EnrolmentRequest);
        var (status, text) = await new HubApi(hub, pin, time).PostAsync("/v1/enrolments", body, token, cancellation);
        if (status != HttpStatusCode.Created)
            throw Refused(hub, status, text);
        return Read(hub, text) is { AgentId: not null, Label: not null, Workspace: not null } answer
            ? new Identity(answer.AgentId, answer.Label, answer.Workspace, hub.ToString(), pin)
            : throw NotAHub(hub, "an answer without agentId, label and workspace");
    }

    private static EnrolmentAnswer? Read(HubAddress hub, string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AgentJson.Default.EnrolmentAnswer);
        }
        catch (JsonException)
        {
            throw NotAHub(hub, "an answer that is not JSON");
        }
    }

    private static AgentFailure Refused(HubAddress hub, HttpStatusCode status, string text)
    {
        var detail = HubApi.Detail(text);
        return status switch
        {
            HttpStatusCode.Unauthorized => new AgentFailure(ExitCode.KeyRefused,
                $"the hub at {hub} does not know this key{detail}; check {TokenSource.Variable} or --token-file, or make a new key in the dashboard"),
            HttpStatusCode.Forbidden => new AgentFailure(ExitCode.KeyRefused,
                $"the hub at {hub} knows the key but it may not enrol agents{detail}; use one with the scope 'agents'"),
            HttpStatusCode.BadRequest or HttpStatusCode.Conflict or HttpStatusCode.UnprocessableEntity =>
                new AgentFailure(ExitCode.Usage, $"the hub at {hub} refused the enrolment{detail}; check --label"),
            HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
                new AgentFailure(ExitCode.HubUnreachable, $"the hub at {hub} cannot enrol now (HTTP {(int)status}{detail}); try again later"),
            _ => NotAHub(hub, $"HTTP {(int)status}{detail}"),
        };
    }

    private static AgentFailure NotAHub(HubAddress hub, string gave) =>
        new(ExitCode.HubUnreachable, $"{hub} gave {gave} to an enrolment: is it the hub's API port?");
}
