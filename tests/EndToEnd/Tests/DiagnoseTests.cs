using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using PrivateConnect.EndToEnd.Streams;
using PrivateConnect.Hub.Tests.Support;
using PrivateConnect.Testing;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary><c>connect diagnose</c> with a real hub, real agents and real targets: the healthy are told healthy, the others by their cause.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed class DiagnoseTests(HubFixture fixture) : IClassFixture<HubFixture>
{
    private const int NotHealthy = 14;

    [Theory]
    [InlineData("postgres")]
    [InlineData("tcp")]
    public async Task ARealPostgreSqlIsHealthyAndServesOn(string protocol)
    {
        await using var postgres = new PostgresServer();
        await postgres.InitializeAsync();
        var (document, code) = await DiagnoseAsync($"pg-{protocol}", postgres.Port, protocol);
        Assert.Equal(("ok", "ok", 0), (Word(document, "state"), Word(document, "verdict"), code));
        var seen = document.GetProperty("perspectives").EnumerateArray().ToList();
        Assert.Equal(["hub", "agent"], seen.Select(one => Word(one, "kind")));
        Assert.All(seen, one =>
        {
            Assert.Equal("ok", Word(one, "verdict"));
            Assert.True(one.GetProperty("roundTripMs").GetDouble() > 0);
            Assert.Equal(protocol, Word(one.GetProperty("found"), "protocol"));
        });
        await postgres.ExecuteAsync("postgres", "SELECT 1");
    }

    [Fact]
    public async Task AClosedPortIsNamedWithWhatToDo()
    {
        using var refusing = new RefusingPort();
        var (document, code) = await DiagnoseAsync("closed", refusing.Port, null);
        Assert.Equal(("failed", "target-refused", NotHealthy), (Word(document, "state"), Word(document, "verdict"), code));
        Assert.Contains(refusing.Port.ToString(CultureInfo.InvariantCulture), Word(document, "next"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ABlackHoleIsATimeoutWithinTheLimit()
    {
        using var hole = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        hole.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        hole.Listen(0);
        using var first = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await first.ConnectAsync(hole.LocalEndPoint!, TestContext.Current.CancellationToken);
        var (document, code) = await DiagnoseAsync("hole", ((IPEndPoint)hole.LocalEndPoint!).Port, null);
        Assert.Equal(("target-timeout", NotHealthy), (Word(document, "verdict"), code));
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "ok", 0)]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n\r\n", "http-error", NotHealthy)]
    [InlineData("220 mail ESMTP\r\n", "other-protocol", NotHealthy)]
    public async Task AWebServerIsAskedForItsStatus(string answer, string verdict, int code)
    {
        await using var target = ScriptedTarget.Answering(answer);
        var (document, ended) = await DiagnoseAsync($"web-{verdict}", target.Port, "http");
        Assert.Equal((verdict, code), (Word(document, "verdict"), ended));
        // One look for both perspectives, and no redirect.
        Assert.Equal(1, target.Connections);
    }

    [Fact]
    public async Task AnExpiredCertificateIsToldWithItsDate()
    {
        var until = DateTimeOffset.UtcNow.AddDays(-10);
        await using var target = ScriptedTarget.Tls(until.AddDays(-10), until);
        var (document, code) = await DiagnoseAsync("expired", target.Port, "tls");
        Assert.Equal(("certificate-expired", NotHealthy), (Word(document, "verdict"), code));
        Assert.Contains(until.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), Word(document, "text"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http", "other-protocol")]
    [InlineData("tls", "tls-failed")]
    public async Task EndlessBytesEndTheLookAndNothingElse(string protocol, string verdict)
    {
        await using var target = new ScriptedTarget(FloodAsync);
        var (document, _) = await DiagnoseAsync($"endless-{protocol}", target.Port, protocol);
        Assert.Equal(verdict, Word(document, "verdict"));
    }

    [Fact]
    public async Task SlowBytesEndAtTheLimit()
    {
        await using var target = new ScriptedTarget(DripAsync);
        var (document, _) = await DiagnoseAsync("slow", target.Port, "http");
        Assert.Equal("no-answer", Word(document, "verdict"));
    }

    [Fact]
    public async Task AnUnknownServiceHasItsOwnCode()
    {
        var diagnose = fixture.Tunnel.Run("diagnose", ["diagnose", "no-such-service"]);
        Assert.Equal(7, await diagnose.Process.WaitForExitAsync());
    }

    private async Task<(JsonElement Document, int Code)> DiagnoseAsync(string name, int port, string? protocol)
    {
        string[] expose = ["expose", string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{port}"), "--name", name];
        var exposing = fixture.Tunnel.Run($"expose-{name}", protocol is null ? expose : [.. expose, "--protocol", protocol]);
        await exposing.EventAsync("exposed");
        var diagnose = fixture.Tunnel.Run("diagnose", ["diagnose", name]);
        var document = (await diagnose.EventAsync("diagnosis")).GetProperty("diagnosis");
        return (document, await diagnose.Process.WaitForExitAsync());
    }

    /// <summary>Until the other side hangs up.</summary>
    private static async Task FloodAsync(NetworkStream stream)
    {
        var junk = new byte[16 * 1024];
        while (true)
            await stream.WriteAsync(junk);
    }

    /// <summary>The same, a byte at a time.</summary>
    private static async Task DripAsync(NetworkStream stream)
    {
        while (true)
        {
            await stream.WriteAsync("H"u8.ToArray());
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }
    }

    private static string Word(JsonElement of, string name) => of.GetProperty(name).GetString()!;
}
