using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text;
using PrivateConnect.Hub.Door;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

public sealed class AgentThroughDoorTests
{
    [Fact]
    public async Task AlpnOverTls13ReachesTheAgentEndpointWithTheBindingOfItsCertificate()
    {
        await using var door = await DoorFixture.StartAsync();
        // Offered last: the hub's order decides.
        await using var tls = await door.TlsAsync(door.ApiPort, SslProtocols.Tls13, "http/1.1", "pconnect/1");
        Assert.Equal("pconnect/1", tls.NegotiatedApplicationProtocol.ToString());
        var agent = await door.Agents.Reader.ReadAsync().AsTask().WaitAsync(Wait.Cap);
        Assert.Equal(door.Certificate.Current.SpkiHash, agent.Binding);
        Assert.Equal("127.0.0.1", agent.Remote.Address.ToString());
        await AssertEchoAsync(tls);
    }

    [Fact]
    public async Task Aes128IsPreferred()
    {
        await using var door = await DoorFixture.StartAsync();
        await using var tls = await door.TlsAsync(door.ApiPort, SslProtocols.Tls13, "pconnect/1");
        Assert.Equal(
            System.Runtime.Intrinsics.X86.Aes.IsSupported || System.Runtime.Intrinsics.Arm.Aes.IsSupported
                ? TlsCipherSuite.TLS_AES_128_GCM_SHA256
                : TlsCipherSuite.TLS_CHACHA20_POLY1305_SHA256,
            tls.NegotiatedCipherSuite);
    }

    [Fact]
    public async Task Tls12IsRefusedForAgents()
    {
        await using var door = await DoorFixture.StartAsync();
        using var socket = await door.ConnectAsync(door.ApiPort);
        await using var tls = new SslStream(new NetworkStream(socket));
        await tls.AuthenticateAsClientAsync(door.Options(SslProtocols.Tls12, "pconnect/1"));
        Assert.Equal("reset", await Wait.EndOfAsync(socket));
        Assert.False(door.Agents.Reader.TryRead(out _));
    }

    [Fact]
    public async Task TheDashboardsDoorKnowsNoAgents()
    {
        await using var door = await DoorFixture.StartAsync();
        await using var tls = await door.TlsAsync(door.WebPort, SslProtocols.Tls13, "pconnect/1", "http/1.1");
        Assert.Equal("http/1.1", tls.NegotiatedApplicationProtocol.ToString());
    }

    [Fact]
    public async Task HelloByteByByteConnects()
    {
        await using var door = await DoorFixture.StartAsync();
        using var socket = await door.ConnectAsync(door.ApiPort);
        await using var tls = new SslStream(new TricklingStream(socket));
        await tls.AuthenticateAsClientAsync(door.Options(SslProtocols.Tls13, "pconnect/1"));
        await AssertEchoAsync(tls);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task UpgradeReachesTheAgentEndpoint(bool overTls)
    {
        await using var door = await DoorFixture.StartAsync();
        using var socket = await door.ConnectAsync(door.ApiPort);
        Stream stream = new NetworkStream(socket);
        if (overTls)
        {
            var tls = new SslStream(stream);
            await tls.AuthenticateAsClientAsync(door.Options(SslProtocols.Tls13, "http/1.1"));
            stream = tls;
        }

        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /v1/agent/connect HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: pconnect/1\r\n\r\n"));
        var head = await ReadHeadAsync(stream);
        Assert.StartsWith("HTTP/1.1 101", head, StringComparison.Ordinal);
        Assert.Contains("Upgrade: pconnect/1", head, StringComparison.OrdinalIgnoreCase);
        var agent = await door.Agents.Reader.ReadAsync().AsTask().WaitAsync(Wait.Cap);
        Assert.Equal(overTls ? door.Certificate.Current.SpkiHash : new byte[32], agent.Binding);
        await AssertEchoAsync(stream);
        await stream.DisposeAsync();
    }

    [Fact]
    public async Task WithoutUpgradeThePathSaysWhatItWants()
    {
        await using var door = await DoorFixture.StartAsync();
        using var client = door.Client();
        using var answer = await client.GetAsync($"http://127.0.0.1:{door.ApiPort}{AgentUpgrade.Path}");
        Assert.Equal(426, (int)answer.StatusCode);
    }

    private static async Task AssertEchoAsync(Stream stream)
    {
        var sent = "frames"u8.ToArray();
        await stream.WriteAsync(sent);
        await stream.FlushAsync();
        var back = new byte[sent.Length];
        await stream.ReadExactlyAsync(back).AsTask().WaitAsync(Wait.Cap);
        Assert.Equal(sent, back);
    }

    private static async Task<string> ReadHeadAsync(Stream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            await stream.ReadExactlyAsync(one).AsTask().WaitAsync(Wait.Cap);
            head.Append((char)one[0]);
        }

        return head.ToString();
    }

    /// <summary>Sends every byte in a segment of its own.</summary>
    private sealed class TricklingStream(Socket socket) : NetworkStream(socket)
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            for (var i = 0; i < buffer.Length; i++)
            {
                await base.WriteAsync(buffer.Slice(i, 1), cancellationToken);
                await Task.Yield();
            }
        }
    }
}
