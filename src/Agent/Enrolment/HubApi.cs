using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.Json;

namespace PrivateConnect.Agent;

/// <summary>The part of RFC 9457 that is told to people, and the word for programs.</summary>
internal sealed record ProblemDetails(string? Title, string? Detail, string? Code = null);

/// <summary>The few requests that an agent makes of the hub's API: one connection each, checked as the session's is.</summary>
internal sealed class HubApi(HubAddress hub, string? pin, TimeProvider time)
{
    /// <summary>An answer is a few hundred bytes; a longer one is not the hub's.</summary>
    private const int MaxAnswerBytes = 64 * 1024;

    /// <summary>Posts JSON; the answer's status and text. Every failure before an answer is one the person understands.</summary>
    public async Task<(HttpStatusCode Status, string Text)> PostAsync(
        string path, string? body, string? secret, CancellationToken cancellation)
    {
        var check = new CertificateCheck(hub, pin);
        using var alarm = new CancellationTokenSource(HubConnection.Limit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);
        using var client = Client(check);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{hub}{path}");
        if (body is not null)
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (secret is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        try
        {
            using var response = await client.SendAsync(request, deadline.Token);
            return (response.StatusCode, await response.Content.ReadAsStringAsync(deadline.Token));
        }
        catch (Exception error) when (error is not AgentFailure)
        {
            cancellation.ThrowIfCancellationRequested();
            if (error is OperationCanceledException)
                throw NetworkFailure.TimedOut(hub, HubConnection.Limit);
            throw NetworkFailure.Describe(hub, error, check) ?? error;
        }
    }

    /// <summary>What a problem document says, in brackets; empty for anything else.</summary>
    public static string Detail(string text) =>
        (Problem(text)?.Detail ?? Problem(text)?.Title) is { Length: > 0 } words ? $" ({words.TrimEnd('.')})" : "";

    /// <summary>A problem document; null when the text is none.</summary>
    public static ProblemDetails? Problem(string text)
    {
        try
        {
            return JsonSerializer.Deserialize(text, AgentJson.Default.ProblemDetails);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private HttpClient Client(CertificateCheck check)
    {
        var handler = new SocketsHttpHandler
        {
            // The session goes straight to the hub, so this must too: what works once works for both.
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
}
