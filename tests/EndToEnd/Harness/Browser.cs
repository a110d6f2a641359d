using System.Net;
using System.Text.RegularExpressions;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>
/// A browser for one hub's dashboard, as far as a test needs it. Cookies are kept by hand: browsers take localhost for a
/// secure origin, which .NET's cookie container does not.
/// </summary>
internal sealed partial class Browser(int webPort) : IDisposable
{
    private readonly Dictionary<string, string> _cookies = [];
    private readonly HttpClient _http = new(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false })
    {
        BaseAddress = new Uri($"http://localhost:{webPort}"),
        Timeout = Until.Cap,
    };

    /// <summary>Follows the set-up link that the hub printed and becomes the first owner.</summary>
    public async Task SetUpAsync(ChildProcess hub)
    {
        var line = await hub.WaitForLineAsync(text => text.Contains("/setup?token=", StringComparison.Ordinal), "the set-up link");
        var link = new Uri(line.Trim());
        var page = await GetAsync(link.PathAndQuery);
        var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, "/setup")
        {
            Content = new FormUrlEncodedContent(new Dictionary<string, string>
            {
                ["token"] = Field(page, "token"),
                ["email"] = "owner@example.org",
                ["__RequestVerificationToken"] = Field(page, "__RequestVerificationToken"),
            }),
        });
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"The set-up answered {answer.StatusCode}.");
    }

    public async Task<string> GetAsync(string path)
    {
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));
        return await TextAsync(answer);
    }

    /// <summary>Loads a page, fills its form in and sends it; the page that comes back, or that the answer leads to.</summary>
    public async Task<string> PostAsync(string page, string to, params (string Name, string Value)[] fields)
    {
        var form = fields.ToDictionary(field => field.Name, field => field.Value);
        form["__RequestVerificationToken"] = Field(await GetAsync(page), "__RequestVerificationToken");
        using var answer = await SendAsync(new HttpRequestMessage(HttpMethod.Post, to) { Content = new FormUrlEncodedContent(form) });
        return answer.StatusCode == HttpStatusCode.Found
            ? await GetAsync(answer.Headers.Location!.OriginalString)
            : await TextAsync(answer);
    }

    public void Dispose() => _http.Dispose();

    private static string Field(string page, string name) =>
        InputTag().Matches(page).Select(tag => tag.Value)
            .Where(tag => tag.Contains($"name=\"{name}\"", StringComparison.Ordinal))
            .Select(tag => WebUtility.HtmlDecode(ValueAttribute().Match(tag).Groups[1].Value)).FirstOrDefault()
        ?? throw new InvalidOperationException($"No field {name} in the page:\n{page}");

    private static async Task<string> TextAsync(HttpResponseMessage answer) => answer.StatusCode == HttpStatusCode.OK
        ? await answer.Content.ReadAsStringAsync()
        : throw new InvalidOperationException(
            $"{answer.RequestMessage?.RequestUri} answered {answer.StatusCode} ({answer.Headers.Location}).");

    private async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request)
    {
        if (_cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", _cookies.Select(cookie => $"{cookie.Key}={cookie.Value}")));
        var answer = await _http.SendAsync(request);
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var cookie in set)
            {
                var pair = cookie.Split(';')[0].Split('=', 2);
                _cookies[pair[0]] = pair[1];
            }
        }

        return answer;
    }

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex InputTag();

    [GeneratedRegex("value=\"([^\"]*)\"")]
    private static partial Regex ValueAttribute();
}
