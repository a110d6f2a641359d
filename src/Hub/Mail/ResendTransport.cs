using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Serialization;

namespace PrivateConnect.Hub.Mail;

internal sealed record ResendMail(string From, IReadOnlyList<string> To, string Subject, string Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ResendMail))]
internal sealed partial class ResendJson : JsonSerializerContext;

/// <summary>Resend's HTTP API: one POST for each mail.</summary>
internal sealed class ResendTransport : IMailTransport, IDisposable
{
    public static readonly Uri DefaultServer = new("https://api.resend.com");

    // A mail waits in our queue meanwhile, and others with it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpClient _http;
    private readonly string _from;

    public ResendTransport(string key, string from, Uri server)
    {
        _from = from;
        _http = new HttpClient { BaseAddress = server, Timeout = Patience };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
    }

    public async Task SendAsync(MailMessage mail, CancellationToken ct)
    {
        try
        {
            using var answer = await _http.PostAsJsonAsync(
                "/emails", new ResendMail(_from, [mail.To], mail.Subject, mail.Text), ResendJson.Default.ResendMail, ct);
            // The body may repeat what was sent; the number says enough.
            if (!answer.IsSuccessStatusCode)
                throw new MailFailedException(
                    $"Resend answered {(int)answer.StatusCode}; check RESEND_API_KEY and that EMAIL_FROM is a sender there");
        }
        catch (HttpRequestException failure)
        {
            throw new MailFailedException($"Resend cannot be reached ({failure.HttpRequestError})", failure);
        }
        catch (OperationCanceledException failure) when (!ct.IsCancellationRequested)
        {
            throw new MailFailedException("Resend did not answer in time", failure);
        }
    }

    public void Dispose() => _http.Dispose();
}
