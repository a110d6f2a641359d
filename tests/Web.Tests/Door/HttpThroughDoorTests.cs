using System.Net;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

public sealed class HttpThroughDoorTests
{
    [Theory]
    [InlineData(false, false, "http HTTP/1.1 Api")]
    [InlineData(false, true, "http HTTP/1.1 Web")]
    public async Task PlaintextFromLoopbackIsHttp1(bool tls, bool web, string expected)
    {
        await using var door = await DoorFixture.StartAsync();
        using var client = door.Client();
        Assert.False(tls);
        Assert.Equal(expected, await client.GetStringAsync($"http://127.0.0.1:{(web ? door.WebPort : door.ApiPort)}/what"));
        Assert.Equal(expected, await client.GetStringAsync($"http://[::1]:{(web ? door.WebPort : door.ApiPort)}/what"));
    }

    [Theory]
    [InlineData("1.1", false, "https HTTP/1.1 Api")]
    [InlineData("2.0", false, "https HTTP/2 Api")]
    [InlineData("1.1", true, "https HTTP/1.1 Web")]
    [InlineData("2.0", true, "https HTTP/2 Web")]
    public async Task TlsCarriesBothHttpVersions(string version, bool web, string expected)
    {
        await using var door = await DoorFixture.StartAsync();
        using var client = door.Client();
        client.DefaultRequestVersion = Version.Parse(version);
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;
        var at = $"https://127.0.0.1:{(web ? door.WebPort : door.ApiPort)}";
        Assert.Equal(expected, await client.GetStringAsync($"{at}/what"));
        Assert.Equal(1_000_000, (await client.GetStringAsync($"{at}/large")).Length);
        using var posted = await client.PostAsync($"{at}/count", new ByteArrayContent(new byte[200_000]));
        Assert.Equal("200000", await posted.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task NoAlpnMeansHttp1(SslProtocols version)
    {
        await using var door = await DoorFixture.StartAsync();
        await using var tls = await door.TlsAsync(door.ApiPort, version);
        await tls.WriteAsync("GET /what HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray());
        using var reader = new StreamReader(tls);
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 200 OK", answer, StringComparison.Ordinal);
        Assert.Contains("https HTTP/1.1 Api", answer, StringComparison.Ordinal);
    }

    [Fact]
    public async Task RequestByteByByteIsStillARequest()
    {
        await using var door = await DoorFixture.StartAsync();
        using var socket = await door.ConnectAsync(door.ApiPort);
        foreach (var b in "GET /what HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"u8.ToArray())
            await socket.SendAsync(new[] { b }.AsMemory(), SocketFlags.None);
        using var reader = new StreamReader(new NetworkStream(socket));
        Assert.Contains("http HTTP/1.1 Api", await reader.ReadToEndAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task BodyBeyondTheLimitIs413AndHeadersBeyondTheLimit431()
    {
        await using var door = await DoorFixture.StartAsync();
        using var client = door.Client();
        var at = $"https://127.0.0.1:{door.ApiPort}";
        using var body = await client.PostAsync($"{at}/count", new ByteArrayContent(new byte[300_000]));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, body.StatusCode);
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{at}/what");
        request.Headers.Add("x-large", new string('a', 20_000));
        using var headers = await client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestHeaderFieldsTooLarge, headers.StatusCode);
    }

    [Fact]
    public async Task EndpointOfTheOtherDoorDoesNotExist()
    {
        await using var door = await DoorFixture.StartAsync();
        using var client = door.Client();
        Assert.Equal("api", await client.GetStringAsync($"http://127.0.0.1:{door.ApiPort}/api-only"));
        using var other = await client.GetAsync($"http://127.0.0.1:{door.WebPort}/api-only");
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task GarbageEndsTheConnectionAndNothingElse(bool looksLikeTls)
    {
        await using var door = await DoorFixture.StartAsync();
        var random = new Random(7);
        for (var i = 0; i < 50; i++)
        {
            using var socket = await door.ConnectAsync(i % 2 == 0 ? door.ApiPort : door.WebPort);
            var bytes = new byte[random.Next(1, 3000)];
            random.NextBytes(bytes);
            bytes[0] = looksLikeTls ? (byte)0x16 : (byte)random.Next(0x80, 0x100);
            try
            {
                await socket.SendAsync(bytes.AsMemory(), SocketFlags.None);
                socket.Shutdown(SocketShutdown.Send);
            }
            catch (SocketException)
            {
                continue;
            }

            await Wait.EndOfAsync(socket);
        }

        using var client = door.Client();
        Assert.Equal("http HTTP/1.1 Api", await client.GetStringAsync($"http://127.0.0.1:{door.ApiPort}/what"));
        await Wait.UntilAsync(() => door.Door.Waiting == 0);
    }

    [Fact]
    public async Task PlaintextFromElsewhereIsToldToUseHttps()
    {
        var own = (await Dns.GetHostAddressesAsync(Dns.GetHostName()))
            .Concat(System.Net.NetworkInformation.NetworkInterface.GetAllNetworkInterfaces()
                .SelectMany(n => n.GetIPProperties().UnicastAddresses).Select(a => a.Address))
            .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(a));
        await using var door = await DoorFixture.StartAsync(
            change: own is null ? null : o => o with { TrustedProxies = [] });
        // A machine with no address but loopback can only show the text itself.
        if (own is null)
        {
            Assert.False(new PrivateConnect.Hub.Door.PlaintextRule([]).Allows(IPAddress.Parse("192.0.2.1")));
            return;
        }

        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(own, door.ApiPort);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /what HTTP/1.1\r\nHost: x\r\n\r\n").AsMemory(), SocketFlags.None);
        using var reader = new StreamReader(new NetworkStream(socket));
        var answer = await reader.ReadToEndAsync();
        Assert.StartsWith("HTTP/1.1 403", answer, StringComparison.Ordinal);
        Assert.Contains("https://", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void PlaintextIsForLoopbackAndConfiguredProxies()
    {
        var rule = new PrivateConnect.Hub.Door.PlaintextRule([IPNetwork.Parse("10.1.0.0/16")]);
        Assert.True(rule.Allows(IPAddress.Loopback));
        Assert.True(rule.Allows(IPAddress.IPv6Loopback));
        Assert.True(rule.Allows(IPAddress.Parse("10.1.2.3")));
        Assert.False(rule.Allows(IPAddress.Parse("10.2.2.3")));
    }
}
