using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Api;

/// <summary>
/// One kept connection to the hub over plain HTTP/1.1, with a blocking socket: a client that costs next to nothing
/// beside what it measures (HttpClient takes as much CPU for a read as the hub).
/// </summary>
internal sealed class ApiConnection : IDisposable
{
    // A page of 200 services is some 70 KB. Memory that was never written to costs nothing.
    private const int AnswerBytes = 1 << 23;
    private const int StallMilliseconds = 30_000;

    private static ReadOnlySpan<byte> HeadEnd => "\r\n\r\n"u8;

    private static ReadOnlySpan<byte> LastChunk => "0\r\n\r\n"u8;

    private readonly Socket _socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    {
        NoDelay = true,
        ReceiveTimeout = StallMilliseconds,
    };
    private readonly byte[] _answer = new byte[AnswerBytes];
    private readonly string _host;
    private int _filled;

    /// <summary>From an address of this machine's, 127.0.0.1 unless said otherwise: the hub counts by network.</summary>
    public ApiConnection(Uri hub, IPAddress? from = null)
    {
        _host = hub.Authority;
        if (from is not null) _socket.Bind(new IPEndPoint(from, 0));
        _socket.Connect(IPAddress.Loopback, hub.Port);
    }

    /// <summary>Asks and reads the whole answer, which is valid until the next one. The header names who asks.</summary>
    public (int Status, ReadOnlyMemory<byte> Body) Get(string path, string header)
    {
        Sockets.SendAll(_socket, Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: {_host}\r\n{header}\r\n\r\n"));
        _filled = 0;
        int head;
        while ((head = _answer.AsSpan(0, _filled).IndexOf(HeadEnd)) < 0) Receive(path);
        var headers = Encoding.ASCII.GetString(_answer, 0, head);
        var begin = head + HeadEnd.Length;
        var status = int.Parse(headers.AsSpan("HTTP/1.1 ".Length, 3), CultureInfo.InvariantCulture);
        if (Field(headers, "Content-Length") is { } length)
        {
            var end = begin + int.Parse(length, CultureInfo.InvariantCulture);
            while (_filled < end) Receive(path);
            return (status, _answer.AsMemory(begin, end - begin));
        }

        // Pages come in chunks; nobody looks into them, so they stay as they came.
        while (!_answer.AsSpan(begin, _filled - begin).EndsWith(LastChunk)) Receive(path);
        return (status, _answer.AsMemory(begin, _filled - begin));
    }

    public void Dispose() => _socket.Dispose();

    private static string? Field(string headers, string name)
    {
        var line = headers.Split("\r\n").FirstOrDefault(one => one.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase));
        return line?[(name.Length + 1)..].Trim();
    }

    private void Receive(string path)
    {
        if (_filled == _answer.Length) throw new IOException($"The answer to {path} is longer than {AnswerBytes} bytes.");
        var got = _socket.Receive(_answer.AsSpan(_filled));
        if (got == 0) throw new IOException($"The hub closed the connection instead of answering {path}.");
        _filled += got;
    }
}
