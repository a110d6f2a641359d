using System.Globalization;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>A real nginx ends TLS; agents come through it by <c>Upgrade: pconnect/1</c>.</summary>
[Trait("Category", Suites.Proxy)]
public sealed class ProxyTests : IAsyncLifetime
{
    private const byte Name = (byte)'P';

    /// <summary>Far beyond windows and every buffer of the proxy, both ways at once.</summary>
    private const int BulkBytes = 32 << 20;

    private readonly Tunnel _tunnel = new();
    private readonly EchoTarget _echo = new(Name);
    private NginxProcess _nginx = null!;

    public async ValueTask InitializeAsync()
    {
        await _tunnel.StartHubAsync(new Dictionary<string, string> { ["TRUSTED_PROXIES"] = "127.0.0.1" });
        _nginx = await NginxProcess.StartAsync(_tunnel.Hub);
    }

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        if (_nginx is not null) await _nginx.DisposeAsync();
        await _echo.DisposeAsync();
    }

    [Fact]
    public async Task EnrolmentExposeAndReachWorkThroughTheProxyAndBulkArrivesWhole()
    {
        var port = await ExposeAsync();
        var reachPort = await ReachAsync();
        foreach (var way in new[] { port, reachPort })
        {
            using var peer = await Peer.ConnectAsync(way);
            Assert.Equal(Name, Assert.Single(await peer.ReadExactlyAsync(1)));
            var reading = peer.ReadToEndAsync();
            await peer.SendPatternAsync(BulkBytes);
            peer.FinishSending();
            Assert.Equal(new Received(BulkBytes, true, Ending.CleanEnd), await reading);
        }
    }

    [Fact]
    public async Task PinOfTheHubIsRefusedWhereTheProxyEndsTls()
    {
        var agent = _tunnel.Run("hub-pin", ExposeEcho, pin: _tunnel.Hub.Pin, url: _nginx.Url);
        Assert.NotEqual(0, await agent.Process.WaitForExitAsync());
        await agent.Process.AllOutputAsync();
        Assert.Contains("pin", agent.Process.Transcript, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(_nginx.Pin, agent.Process.Transcript, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AgentIsBackAfterTheProxyWithTheSamePort()
    {
        var port = await ExposeAsync();
        using var stream = await Peer.ConnectAsync(port);
        await stream.ReadExactlyAsync(1);
        await _nginx.StopAsync();
        Assert.Equal(Ending.Reset, (await stream.ReadToEndAsync()).Ending);
        await _nginx.StartAsync();
        await Until.TrueAsync(() => EchoTarget.AnswersAsync(port, Name), $"port {port} leads to the service again");
    }

    private string[] ExposeEcho =>
        ["expose", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{_echo.Port}"), "--name", "echo"];

    private Task<int> ExposeAsync() =>
        _tunnel.Run("expose", ExposeEcho, pin: _nginx.Pin, url: _nginx.Url).PortFromEventAsync("exposed");

    private Task<int> ReachAsync() => _tunnel.Run(
            "reach", ["reach", "echo", "--port", FreePorts.One().ToString(CultureInfo.InvariantCulture)],
            pin: _nginx.Pin, url: _nginx.Url)
        .PortFromEventAsync("listening");
}
