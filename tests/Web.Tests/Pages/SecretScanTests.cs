using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using MimeKit;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.Mail;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>
/// A hub at its most talkative makes, takes, refuses and fails with every kind of secret; then none of them is in a line of the
/// log, the audit log's export, a refusal or the metrics.
/// </summary>
public sealed class SecretScanTests : IAsyncLifetime
{
    private const string ClientSecret = "planted-client-secret-of-the-provider";
    private const string MailPassword = "planted-password-of-the-mail-server";
    private const string DatabasePassword = "planted-password-of-the-database";

    // Nobody listens on it.
    private const int Closed = 1;

    private readonly LogKeeper _log = new();
    private readonly StringBuilder _told = new();
    private readonly Dictionary<string, string> _secrets = new() { ["client secret"] = ClientSecret, ["mail password"] = MailPassword };
    private SiteFixture _site = null!;
    private HttpClient _api = null!;

    public async ValueTask InitializeAsync()
    {
        var mail = new SmtpTransport(
            new SmtpAddress("127.0.0.1", Closed, false, "hub", MailPassword), MailboxAddress.Parse("hub@example.org"), null);
        _site = await SiteFixture.StartAsync(
            mail, new OpenIdOptions(new Uri($"http://127.0.0.1:{Closed}"), "hub", ClientSecret),
            services => services.AddLogging(log => log.AddProvider(_log).AddFilter("PrivateConnect", LogLevel.Trace)));
        _api = new HttpClient { BaseAddress = new Uri(_site.Api) };
    }

    public async ValueTask DisposeAsync()
    {
        _api.Dispose();
        await _site.DisposeAsync();
        _log.Dispose();
    }

    [Fact]
    public async Task NoSecretIsInALogAnExportARefusalOrAMetric()
    {
        var key = await PeopleAsync();
        await MachinesAsync(key);
        await SharesAsync(key);
        await OutsideAsync();
        foreach (var file in (string[])["hub.key", UserCodeKey.FileName])
            _secrets[file] = (await File.ReadAllLinesAsync(Path.Combine(_site.Folder, file))).MaxBy(line => line.Length)!;

        foreach (var path in (string[])["/metrics", "/v1/audit-events/export", "/v1/audit-events?limit=200"])
            _told.AppendLine(await CallAsync("GET", path, key));
        // The last mail is given up behind the answer that it was asked for.
        await Door.Wait.UntilAsync(() => _log.Lines.Any(line => line.Contains("127.0.0.1:1", StringComparison.Ordinal)));
        _told.AppendJoin('\n', _log.Lines);
        var told = _told.ToString();
        // The scan sees what is there: who did what, and the failures that were provoked.
        foreach (var seen in (string[])["agent.enrol", "key.create", "bad_credentials", "ada@example.org", "privateconnect_"])
            Assert.Contains(seen, told, StringComparison.Ordinal);
        Assert.True(_secrets.Count >= 18, $"only {_secrets.Count} secrets planted");
        foreach (var (kind, secret) in _secrets)
        {
            Assert.True(secret.Length >= 8, kind);
            Assert.False(told.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{kind} is told");
            // Its part behind the prefix, and as it is in an address.
            Assert.False(told.Contains(Uri.EscapeDataString(secret[3..]), StringComparison.OrdinalIgnoreCase), $"{kind} is told without its prefix");
        }
    }

    private async Task<string> PeopleAsync()
    {
        var services = _site.App.Services;
        Plant("set-up token", _site.SetupToken);
        using (await _site.SetUpAsync())
            Plant("session", _site.Cookies["__Host-session"]);
        var form = await _site.FormTokenAsync("/account");
        Plant("form token", form);
        Plant("form cookie", _site.Cookies["form"]);
        var link = Plant("log-in link", (await services.GetRequiredService<LoginLinks>().CreateForAsync("ada@example.org", LoginLinks.LinkLife, default))!);
        _site.Cookies.Clear();
        foreach (var _ in (int[])[1, 2])
            await PostAsync($"/login?token={link}", "/login", "token", link);
        Plant("session by link", _site.Cookies["__Host-session"]);
        var user = (await services.GetRequiredService<AuthSessions>().FindAsync(_site.Cookies["__Host-session"], default))!;
        var first = await services.GetRequiredService<ApiKeys>().CreateAsync(user.WorkspaceId, "first", Scopes.All, null, default);
        Plant("first key", first);
        var key = Plant("key", Text(await CallAsync("POST", "/v1/api-keys", first, $$"""{"name":"scan","scopes":["{{string.Join("\",\"", Scopes.All)}}"]}"""), "secret"));
        var repeated = Plant("key of a repeated call", Text(
            await CallAsync("POST", "/v1/api-keys", key, """{"name":"twice","scopes":["agents"]}""", "once"), "secret"));
        Assert.Contains(repeated, await CallAsync("POST", "/v1/api-keys", key, """{"name":"twice","scopes":["agents"]}""", "once"), StringComparison.Ordinal);
        await CallAsync("GET", "/v1/members", repeated);
        await CallAsync("GET", "/v1/agents", Plant("wrong key", $"pc_{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24))}"));
        await CallAsync("GET", "/v1/agents", Plant("no key at all", "a-password-in-the-wrong-place"));

        var invitation = Text(await CallAsync("POST", "/v1/invitations", key, """{"email":"new@example.org","role":"member"}"""), "link");
        var token = Plant("invitation", invitation.Split("token=")[^1]);
        foreach (var _ in (int[])[1, 2])
        {
            _site.Cookies.Clear();
            await PostAsync($"/invitation?token={token}", "/invitation", "token", token);
        }

        return key;
    }

    private async Task MachinesAsync(string key)
    {
        var made = Plant("enrolment token", Text(await CallAsync("POST", "/v1/enrolment-tokens", key, "{}"), "token"));
        await EnrolAsync(made);
        await EnrolAsync(made);
        await EnrolAsync(key);
        var start = await CallAsync("POST", "/v1/device/code", null, """{"label":"box","agentVersion":"1.0"}""");
        var device = Plant("device code", Text(start, "deviceCode"));
        var code = Plant("user code", Text(start, "userCode"));
        await CallAsync("POST", "/v1/device/token", device, "{}");
        await CallAsync("POST", "/v1/device/token", device, "{}");
        await _site.BecomeAsync(Role.Admin);
        foreach (var act in (string[])["look", "approve", "approve"])
            await PostAsync("/device", $"/device?handler={act}", "code", code);
        var collected = Plant("collected token", Text(await CallAsync("POST", "/v1/device/token", device, "{}"), "token"));
        await CallAsync("POST", "/v1/device/token", device, "{}");
        await EnrolAsync(collected);
    }

    private async Task SharesAsync(string key)
    {
        var id = Text(await CallAsync("POST", "/v1/diagnostics", key, """{"document":{"ok":true}}"""), "id");
        var link = await CallAsync("POST", $"/v1/diagnostics/{id}/share-links", key, "{}");
        var secret = Plant("share link", Text(link, "secret"));
        await CallAsync("GET", "/v1/shared-diagnostic", secret);
        await CallAsync("DELETE", $"/v1/share-links/{Text(link, "id")}", key);
        await CallAsync("GET", "/v1/shared-diagnostic", secret);
        await PostAsync("/shared", "/shared", "code", secret);
    }

    /// <summary>A mail server, a provider and a database that do not answer.</summary>
    private async Task OutsideAsync()
    {
        _site.Cookies.Clear();
        await PostAsync("/login", "/login?handler=mail", "email", "ada@example.org");
        using (var provider = await _site.GetAsync("/login?handler=openid"))
            await TellAsync(provider);
        _secrets["database password"] = DatabasePassword;
        var refused = await Assert.ThrowsAsync<DatabaseUnavailableException>(() => Database.OpenAsync(
            $"postgresql://hub:{DatabasePassword}@127.0.0.1:{Closed}/hub", _site.Folder, TimeProvider.System, CancellationToken.None));
        _told.AppendLine(refused.ToString());
    }

    private string Plant(string kind, string secret) => _secrets[kind] = secret;

    private async Task PostAsync(string page, string to, string field, string value)
    {
        using var answer = await _site.PostAsync(page, to, new() { [field] = value });
        await TellAsync(answer);
    }

    private Task<string> EnrolAsync(string secret)
    {
        using var pair = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return CallAsync("POST", "/v1/enrolments", secret, JsonSerializer.Serialize(
            new { publicKey = Convert.ToBase64String(pair.ExportSubjectPublicKeyInfo()), label = "box" }));
    }

    private async Task<string> CallAsync(string method, string path, string? secret, string? body = null, string? once = null)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        if (secret is not null) request.Headers.TryAddWithoutValidation("Authorization", $"Bearer {secret}");
        if (once is not null) request.Headers.TryAddWithoutValidation("Idempotency-Key", once);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await _api.SendAsync(request);
        await TellAsync(answer);
        return await answer.Content.ReadAsStringAsync();
    }

    /// <summary>Keeps what a refusal says; what was done may show its secret this once.</summary>
    private async Task TellAsync(HttpResponseMessage answer)
    {
        if (answer.StatusCode < HttpStatusCode.BadRequest) return;
        // A page's own forms carry the token of whoever looks, and nobody else's.
        _told.Append(answer.Headers).AppendLine(SiteFixture.WithoutTokens(await answer.Content.ReadAsStringAsync()));
    }

    private static string Text(string json, params string[] path)
    {
        var at = JsonDocument.Parse(json).RootElement;
        foreach (var name in path)
            at = at.ValueKind == JsonValueKind.Object && at.TryGetProperty(name, out var inside) ? inside : throw new InvalidOperationException($"no {name} in {json}");
        return at.GetString()!;
    }

    /// <summary>Every line with all that it was made of, and failures with their stack.</summary>
    private sealed class LogKeeper : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {(state is IEnumerable<KeyValuePair<string, object?>> parts ? string.Join(' ', parts) : "")} {exception}");

        public void Dispose()
        {
        }
    }
}
