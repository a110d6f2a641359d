using System.Net;
using System.Text;
using System.Text.Json;
using Xunit;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>
/// Tests against the API as it is served: a real Kestrel, one hub and one key of the default workspace for each test.
/// </summary>
public abstract class ApiSuite(PostgresServer? server) : HubSuite(server)
{
    protected HttpClient Client { get; private set; } = null!;

    private static DocumentCheck? s_document;

    protected string Workspace { get; private set; } = "";

    protected string Key { get; private set; } = "";

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Workspace = await Hub.DefaultWorkspaceAsync();
        Key = await Hub.NewKeyAsync(Workspace);
        Client = await Hub.ListenAsync();
        // One document for all hubs: it is made from the code.
        s_document ??= new DocumentCheck(
            await Client.GetStringAsync(new Uri("/v1/openapi.json", UriKind.Relative), Ended));
    }

    public override async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected async Task<Answer> SendAsync(
        string method, string path, string? key, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, type);
        return await SendAsync(request);
    }

    protected async Task<Answer> SendAsync(
        string method, string path, string? key, string? body, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (key is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {key}");
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        request.Headers.TryAddWithoutValidation(header.Name, header.Value);
        return await SendAsync(request);
    }

    protected async Task<Answer> SendAsync(HttpRequestMessage request)
    {
        using var response = await Client.SendAsync(request, Ended);
        var text = await response.Content.ReadAsStringAsync(Ended);
        var headers = response.Headers.Concat(response.Content.Headers)
            .ToDictionary(header => header.Key, header => string.Join(", ", header.Value),
                StringComparer.OrdinalIgnoreCase);
        var path = request.RequestUri!.IsAbsoluteUri ? request.RequestUri.PathAndQuery : request.RequestUri.OriginalString;
        var fault = s_document!.Fault(
            request.Method.Method, path, (int)response.StatusCode, headers.GetValueOrDefault("Content-Type"), text);
        // RequireHost answers for other hosts, in nobody's words.
        if (request.Headers.Host is null) Assert.True(fault is null, $"{request.Method} {path}: {fault}");
        return new Answer(response.StatusCode, text, headers);
    }

    protected static void AssertProblem(Answer answer, HttpStatusCode status, string code)
    {
        Assert.Equal(status, answer.Status);
        Assert.Equal("application/problem+json", answer.Headers.GetValueOrDefault("Content-Type"));
        Assert.Equal(code, answer.Json.GetProperty("code").GetString());
        Assert.Equal((int)status, answer.Json.GetProperty("status").GetInt32());
        Assert.False(string.IsNullOrEmpty(answer.Json.GetProperty("detail").GetString()));
        Assert.Equal(answer.Headers["X-Request-Id"], answer.Json.GetProperty("requestId").GetString());
        Assert.Equal(["code", "detail", "requestId", "status", "title", "type"],
            answer.Json.EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
        Assert.Equal("no-store", answer.Headers["Cache-Control"]);
    }

    protected sealed record Answer(HttpStatusCode Status, string Text, Dictionary<string, string> Headers)
    {
        public JsonElement Json { get; } = Text.Length > 0 && Headers.GetValueOrDefault("Content-Type", "").Contains("json", StringComparison.Ordinal)
            && !Headers["Content-Type"].Contains("jsonl", StringComparison.Ordinal)
            ? JsonDocument.Parse(Text).RootElement
            : default;
    }
}
