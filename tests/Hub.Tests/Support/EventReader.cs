using System.Net;
using Xunit;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>Reads server-sent events as a client does.</summary>
internal sealed class EventReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly StreamReader _lines;
    private readonly CancellationToken _ended;

    private EventReader(HttpResponseMessage response, StreamReader lines, CancellationToken ended)
    {
        _response = response;
        _lines = lines;
        _ended = ended;
    }

    public static async Task<HttpResponseMessage> SendAsync(
        HttpClient client, string key, string? last, CancellationToken ended)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
        request.Headers.Add("x-api-key", key);
        if (last is not null) request.Headers.Add("Last-Event-ID", last);
        return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ended);
    }

    public static async Task<EventReader> OpenAsync(HttpResponseMessage response, CancellationToken ended)
    {
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType?.ToString());
        var reader = new EventReader(response, new StreamReader(await response.Content.ReadAsStreamAsync(ended)), ended);
        Assert.Equal("retry: 2000", await reader._lines.ReadLineAsync(ended));
        return reader;
    }

    public async Task<(string Id, string Type, string Data)> NextAsync()
    {
        var (id, type, data) = ("", "", "");
        while (await _lines.ReadLineAsync(_ended) is { } line)
        {
            if (line.StartsWith("id: ", StringComparison.Ordinal)) id = line[4..];
            else if (line.StartsWith("event: ", StringComparison.Ordinal)) type = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal)) data = line[6..];
            else if (line.Length == 0 && type.Length > 0) return (id, type, data);
        }

        throw new EndOfStreamException("The events ended.");
    }

    /// <summary>Reads until the hub ends the response.</summary>
    public async Task EndAsync()
    {
        while (await _lines.ReadLineAsync(_ended) is not null)
        {
        }
    }

    public ValueTask DisposeAsync()
    {
        _lines.Dispose();
        _response.Dispose();
        return ValueTask.CompletedTask;
    }
}
