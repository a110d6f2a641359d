using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Testing;

namespace PrivateConnect.Web.Tests.Pages;

/// <summary>The whole hub as its program builds it, on free ports, with a browser that keeps cookies and follows nothing.</summary>
internal sealed partial class SiteFixture : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly Database _database;
    private readonly TaskCompletionSource _stop = new();
    private readonly StringWriter _terminal = new();
    private readonly DataFolder _data;
    private readonly Task _running;

    private SiteFixture(
        TempFolder folder, Database database, DataFolder data, IMailTransport? mail, OpenIdOptions? openId, Action<IServiceCollection>? change)
    {
        _folder = folder;
        _database = database;
        _data = data;
        var first = FreePorts.Range(11);
        Options = new HubOptions { Port = 0, WebPort = 0, DataDir = folder.Path, FirstTunnelPort = first, LastTunnelPort = first + 10, OpenId = openId };
        App = HubProgram.Build(Options, database, services =>
        {
            services.AddLogging(l => l.ClearProviders());
            if (mail is not null)
                services.AddSingleton(mail);
            change?.Invoke(services);
        });
        _running = App.RunHubAsync(data, _terminal, _stop.Task);
        Browser = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false });
    }

    public HubOptions Options { get; }

    public WebApplication App { get; }

    public HttpClient Browser { get; }

    /// <summary>What the terminal was shown.</summary>
    public string Terminal => _terminal.ToString();

    public string Folder => _folder.Path;

    public string Web => $"http://localhost:{App.Services.GetRequiredService<FrontDoor>().Web.Port}";

    public string Api => $"http://localhost:{App.Services.GetRequiredService<FrontDoor>().Api.Port}";

    public string SetupToken => SetupLink().Match(Terminal).Groups[1].Value;

    public Dictionary<string, string> Cookies { get; } = [];

    public static async Task<SiteFixture> StartAsync(
        IMailTransport? mail = null, OpenIdOptions? openId = null, Action<IServiceCollection>? change = null)
    {
        var folder = new TempFolder();
        var data = DataFolder.Open(folder.Path);
        var database = await Database.OpenAsync(null, folder.Path, TimeProvider.System, CancellationToken.None);
        var fixture = new SiteFixture(folder, database, data, mail, openId, change);
        await Door.Wait.UntilAsync(() => fixture._running.IsCompleted || fixture.Terminal.Contains("--pin", StringComparison.Ordinal));
        if (fixture._running.IsCompleted)
            await fixture._running;
        return fixture;
    }

    public async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, Dictionary<string, string>? form = null, bool htmx = false)
    {
        using var request = new HttpRequestMessage(method, Web + path);
        if (form is not null)
            request.Content = new FormUrlEncodedContent(form);
        if (htmx)
            request.Headers.Add("HX-Request", "true");
        if (Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", Cookies.Select(c => $"{c.Key}={c.Value}")));
        var response = await Browser.SendAsync(request);
        foreach (var set in response.Headers.TryGetValues("Set-Cookie", out var values) ? values : [])
        {
            var pair = set.Split(';')[0].Split('=', 2);
            if (pair[1].Length == 0)
                Cookies.Remove(pair[0]);
            else
                Cookies[pair[0]] = pair[1];
        }

        return response;
    }

    public Task<HttpResponseMessage> GetAsync(string path, bool htmx = false) => SendAsync(HttpMethod.Get, path, null, htmx);

    /// <summary>A page's form token.</summary>
    public async Task<string> FormTokenAsync(string page)
    {
        using var loaded = await GetAsync(page);
        return FormToken().Match(await loaded.Content.ReadAsStringAsync()).Groups[1].Value;
    }

    /// <summary>Loads a page, takes its form token and posts.</summary>
    public async Task<HttpResponseMessage> PostAsync(
        string page, string to, Dictionary<string, string> form, bool htmx = false)
    {
        form["__RequestVerificationToken"] = await FormTokenAsync(page);
        return await SendAsync(HttpMethod.Post, to, form, htmx);
    }

    public async Task<HttpResponseMessage> SetUpAsync()
    {
        var token = SetupToken;
        return await PostAsync(
            $"/setup?token={token}", "/setup", new() { ["token"] = token, ["email"] = "ada@example.org" });
    }

    /// <summary>A page as text, with its entities resolved.</summary>
    public async Task<string> ReadAsync(string path)
    {
        using var page = await GetAsync(path);
        return WebUtility.HtmlDecode(await page.Content.ReadAsStringAsync());
    }

    /// <summary>The page without what differs by chance: the tokens of its forms.</summary>
    public static string WithoutTokens(string html) => FormToken().Replace(html, "");

    public async ValueTask DisposeAsync()
    {
        Browser.Dispose();
        _stop.SetResult();
        await _running;
        await App.DisposeAsync();
        await _database.DisposeAsync();
        _data.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"/setup\?token=(\S+)")]
    private static partial Regex SetupLink();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();
}
