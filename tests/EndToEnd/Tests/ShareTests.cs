using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>A limit that the API sets on a stream that runs, seen at both its ends, and by the agent's own status.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed class ShareTests : IAsyncLifetime
{
    private const int ChunkBytes = 64 * 1024;

    /// <summary>100 KB/s.</summary>
    private const long LimitBits = 800_000;

    /// <summary>Ten times the limit: a limit that holds is far below it, and a hundredth of what a path within one machine carries.</summary>
    private const double Divide = 1_000_000;

    /// <summary>Buffers on the way are empty long before it is over, and a stutter is shorter.</summary>
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private readonly Tunnel _tunnel = new();
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly CancellationTokenSource _over = new();
    private long _toVisitor;
    private long _toTarget;

    public async ValueTask InitializeAsync()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        await _tunnel.StartHubAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _over.CancelAsync();
        await _tunnel.DisposeAsync();
        _listener.Dispose();
        _over.Dispose();
    }

    [Fact]
    public async Task LimitHoldsAtOnceInBothDirectionsAndIsGoneAtOnce()
    {
        const string Folder = "share";
        var agent = _tunnel.Run(
            Folder, ["expose", $"127.0.0.1:{((IPEndPoint)_listener.LocalEndPoint!).Port}", "--name", "both", "--limit", "900G"]);
        var port = await agent.PortFromEventAsync("exposed");
        using var visitor = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await visitor.ConnectAsync(IPAddress.Loopback, port, TestContext.Current.CancellationToken);
        using var target = await _listener.AcceptAsync(TestContext.Current.CancellationToken);
        Task[] flows =
        [
            SendAsync(visitor), SendAsync(target),
            CountAsync(visitor, count => Interlocked.Add(ref _toVisitor, count)),
            CountAsync(target, count => Interlocked.Add(ref _toTarget, count)),
        ];
        await RatesAsync(rate => rate > Divide, "bytes flow freely both ways");

        await SetAsync($"{{\"share\":{{\"limitBitsPerSecond\":{LimitBits}}}}}");
        await RatesAsync(rate => rate is > 0 and < Divide, "the limit holds both ways");
        await Until.TrueAsync(async () =>
        {
            using var streams = await StreamsAsync();
            return streams.RootElement.GetProperty("limitBitsPerSecond").GetInt64() == LimitBits
                && streams.RootElement.GetProperty("items").EnumerateArray().Any(one =>
                    one.GetProperty("inFactor").GetString() == "limit" && one.GetProperty("outFactor").GetString() == "limit");
        }, "both directions are named as held back by the limit");
        var status = await _tunnel.Run(Folder, ["status"]).EventAsync("status");
        Assert.Equal(LimitBits, Assert.Single(status.GetProperty("services").EnumerateArray())
            .GetProperty("share").GetProperty("limitBitsPerSecond").GetInt64());

        await SetAsync("""{"share":{}}""");
        await RatesAsync(rate => rate > Divide, "bytes flow freely again");
        await _over.CancelAsync();
        visitor.Close();
        target.Close();
        await Task.WhenAll(flows);
    }

    /// <summary>Counts over windows until both directions are as wanted in one.</summary>
    private Task RatesAsync(Func<double, bool> isWanted, string what) => Until.TrueAsync(async () =>
    {
        var (visitor, target, watch) = (Interlocked.Read(ref _toVisitor), Interlocked.Read(ref _toTarget), Stopwatch.StartNew());
        await Task.Delay(Window);
        var seconds = watch.Elapsed.TotalSeconds;
        return isWanted((Interlocked.Read(ref _toVisitor) - visitor) / seconds) && isWanted((Interlocked.Read(ref _toTarget) - target) / seconds);
    }, what);

    private async Task SendAsync(Socket socket)
    {
        try
        {
            var chunk = new byte[ChunkBytes];
            while (true)
                await socket.SendAsync(chunk.AsMemory(), _over.Token);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task CountAsync(Socket socket, Action<int> add)
    {
        try
        {
            var chunk = new byte[ChunkBytes];
            while (await socket.ReceiveAsync(chunk.AsMemory(), _over.Token) is var count and > 0)
                add(count);
        }
        catch (Exception end) when (end is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task SetAsync(string body)
    {
        using var client = Client();
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var answer = await client.PatchAsync(new Uri($"http://127.0.0.1:{_tunnel.Hub.Port}/v1/services/both"), content);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
    }

    private async Task<JsonDocument> StreamsAsync()
    {
        using var client = Client();
        return (await client.GetFromJsonAsync<JsonDocument>(new Uri($"http://127.0.0.1:{_tunnel.Hub.Port}/v1/services/both/streams")))!;
    }

    private HttpClient Client() => new()
    {
        Timeout = Until.Cap,
        DefaultRequestHeaders = { { "x-api-key", _tunnel.Hub.Key } },
    };
}
