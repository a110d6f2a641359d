using System.Buffers;
using System.IO.Compression;
using System.Text;

namespace PrivateConnect.Web.Live;

/// <summary>
/// Writes server-sent events to one browser, compressed as one stream where it takes that: a part is much like itself a second ago.
/// </summary>
internal sealed class EventWriter(HttpContext http, TimeProvider time) : IAsyncDisposable
{
    /// <summary>What a browser has not taken for this long it will not take: its connection is reset.</summary>
    public static readonly TimeSpan WriteWithin = TimeSpan.FromSeconds(10);

    private readonly ArrayBufferWriter<byte> _waiting = new();
    private Stream _out = Stream.Null;
    private bool _isBroken;

    public bool IsEmpty => _waiting.WrittenCount == 0;

    /// <summary>Opens the answer: the browser sees that it is live, and when it shall come back after a loss.</summary>
    public Task StartAsync(CancellationToken over)
    {
        var response = http.Response;
        response.ContentType = "text/event-stream";
        // nginx must not collect what is to arrive now.
        response.Headers["X-Accel-Buffering"] = "no";
        _out = response.Body;
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "gzip";
            _out = new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        }

        Add("retry: 2000\nid: 1\n\n"u8);
        return SendAsync(over);
    }

    public void Add(ReadOnlyMemory<byte> bytes) => _waiting.Write(bytes.Span);

    private void Add(ReadOnlySpan<byte> bytes) => _waiting.Write(bytes);

    public async Task SendAsync(CancellationToken over)
    {
        using var late = new CancellationTokenSource(WriteWithin, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(over, late.Token);
        _isBroken = true;
        try
        {
            await _out.WriteAsync(_waiting.WrittenMemory, either.Token);
            await _out.FlushAsync(either.Token);
            await http.Response.Body.FlushAsync(either.Token);
            _waiting.ResetWrittenCount();
            _isBroken = false;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !over.IsCancellationRequested)
        {
            http.Abort();
            throw;
        }
    }

    /// <summary>The last event: the page's script does not come back for more.</summary>
    public Task EndAsync(string why, CancellationToken over)
    {
        _waiting.ResetWrittenCount();
        Add(Encoding.ASCII.GetBytes($"event: over\ndata: {why}\n\n"));
        return SendAsync(over);
    }

    public async ValueTask DisposeAsync()
    {
        // Closing a compressed stream writes its end: not after a write that failed half-way.
        if (!_isBroken)
            await _out.DisposeAsync();
    }
}
