using System.IO.Compression;
using PrivateConnect.Web.Tests.Pages;

namespace PrivateConnect.Web.Tests.Live;

/// <summary>A browser that follows a live page: events one by one.</summary>
internal sealed class LiveReader : IDisposable
{
    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private LiveReader(HttpResponseMessage answer, Stream body)
    {
        _answer = answer;
        _lines = new StreamReader(body);
    }

    public HttpResponseMessage Answer => _answer;

    public static async Task<LiveReader> OpenAsync(SiteFixture site, string address, bool gzip = false, string? lastEvent = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, site.Web + address);
        request.Headers.Add("Accept", "text/event-stream");
        if (gzip)
            request.Headers.Add("Accept-Encoding", "gzip");
        if (lastEvent is not null)
            request.Headers.Add("Last-Event-ID", lastEvent);
        if (site.Cookies.Count > 0)
            request.Headers.Add("Cookie", string.Join("; ", site.Cookies.Select(c => $"{c.Key}={c.Value}")));
        var answer = await site.Browser.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var body = await answer.Content.ReadAsStreamAsync();
        return new LiveReader(answer, gzip ? new GZipStream(body, CompressionMode.Decompress) : body);
    }

    /// <summary>The next event that has a name; null when the answer ended.</summary>
    public async Task<(string Name, string Data)?> NextAsync()
    {
        using var cap = new CancellationTokenSource(Door.Wait.Cap);
        var (name, data) = ("", new List<string>());
        while (await _lines.ReadLineAsync(cap.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                data.Add(line[6..]);
            else if (line.Length == 0 && name.Length > 0)
                return (name, string.Join('\n', data));
        }

        return null;
    }

    /// <summary>The next event of that name.</summary>
    public async Task<string> NextAsync(string name)
    {
        while (true)
        {
            var (got, data) = await NextAsync() ?? throw new InvalidOperationException($"The answer ended before '{name}'.");
            if (got == name)
                return data;
        }
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }
}
