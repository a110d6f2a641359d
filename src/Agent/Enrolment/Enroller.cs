using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace PrivateConnect.Agent;

/// <summary>Body of POST /v1/enrolments.</summary>
internal sealed record EnrolmentRequest(string PublicKey, string Label);

/// <summary>Answer 201 of POST /v1/enrolments.</summary>
internal sealed record EnrolmentAnswer(string AgentId, string Label, string Workspace);

/// <summary>The part of RFC 9457 that is told to people.</summary>
internal sealed record ProblemDetails(string? Title, string? Detail);

/// <summary>Registers this agent's public key with the hub, against a key that a person or a script was given.</summary>
internal static class Enroller
{
    /// <summary>An answer is a few hundred bytes; a longer one is not the hub's.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    public static async Task<Identity> EnrolAsync(
        HubAddress hub, string? pin, ECDsa key, string label, string token, TimeProvider time, CancellationToken cancellation)
    {
        var check = new CertificateCheck(hub, pin);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var timer = time.CreateTimer(_ => deadline.Cancel(), null, HubConnection.Limit, Timeout.InfiniteTimeSpan);
        using var client = Client(hub, check);
        var body = JsonSerializer.Serialize(
            new EnrolmentRequest(Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), label), AgentJson.Default.EnrolmentRequest);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{hub}/v1/enrolments")
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            var text = await response.Content.ReadAsStringAsync(deadline.Token);
            if (response.StatusCode != HttpStatusCode.Created)
                throw Refused(hub, response.StatusCode, text);
            return Read(hub, text) is { AgentId: not null, Label: not null, Workspace: not null } answer
                ? new Identity(answer.AgentId, answer.Label, answer.Workspace, hub.ToString(), pin)
                : throw NotAHub(hub, "an answer without agentId, label and workspace");
        }
        catch (Exception error) when (error is not AgentFailure)
        {
            cancellation.ThrowIfCancellationRequested();
            if (error is OperationCanceledException)
                throw NetworkFailure.TimedOut(hub, HubConnection.Limit);
            throw NetworkFailure.Describe(hub, error, check) ?? error;
        }
    }

    private static HttpClient Client(HubAddress hub, CertificateCheck check)
    {
        var handler = new SocketsHttpHandler
        {
            // The session goes straight to the hub, so enrolment must too: what works once works for both.
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            SslOptions = TlsSettings.Create(hub, check, SslApplicationProtocol.Http11),
        };
        return new HttpClient(handler)
        {
            Timeout = Timeout.InfiniteTimeSpan,
            MaxResponseContentBufferSize = MaxAnswerBytes,
            DefaultRequestVersion = HttpVersion.Version11,
        };
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
        var detail = Detail(text);
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

    private static string Detail(string text)
    {
        try
        {
            var problem = JsonSerializer.Deserialize(text, AgentJson.Default.ProblemDetails);
            return (problem?.Detail ?? problem?.Title) is { Length: > 0 } words ? $" ({words.TrimEnd('.')})" : "";
        }
        catch (JsonException)
        {
            return "";
        }
    }

    private static AgentFailure NotAHub(HubAddress hub, string gave) =>
        new(ExitCode.HubUnreachable, $"{hub} gave {gave} to an enrolment: is it the hub's API port?");
}
