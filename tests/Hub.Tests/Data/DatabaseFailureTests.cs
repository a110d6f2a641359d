using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Http;
using Npgsql;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

/// <summary>What the driver throws when the database is away, and what looks like it and is something else.</summary>
public sealed class DatabaseFailureTests
{
    // A label above 63 characters is no host's name: no resolver is asked, so no network is needed.
    private static readonly string s_noName = new string('x', 64) + ".invalid";

    [Fact]
    public async Task ServerWhoseNameDoesNotResolveIsAnOutage()
    {
        await using var connection = new NpgsqlConnection($"Host={s_noName};Username=u;Pooling=false");
        AssertOutage(await Assert.ThrowsAnyAsync<Exception>(() => connection.OpenAsync(TestHub.Ended)));
        // Where the driver does not wrap it.
        AssertOutage(new SocketException((int)SocketError.HostNotFound));
    }

    /// <summary>Read anew at each connection: it may go while the hub runs.</summary>
    [Fact]
    public async Task CertificateFileThatIsAwayIsAnOutage()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var answered = SayThatTlsIsSpokenAsync(server);
        await using var connection = new NpgsqlConnection(
            $"Host=127.0.0.1;Port={((IPEndPoint)server.LocalEndpoint).Port};Username=u;Pooling=false;"
            + "SSL Mode=Require;SSL Certificate=/nowhere/client.pem;GSS Encryption Mode=Disable");
        AssertOutage(await Assert.ThrowsAnyAsync<IOException>(() => connection.OpenAsync(TestHub.Ended)));
        await answered;
    }

    /// <summary>An IOException too, and the caller's: it must not be told as an outage.</summary>
    [Fact]
    public async Task BodyOfACallerThatWentIsNoOutage()
    {
        var http = new DefaultHttpContext();
        http.Request.ContentType = "application/json";
        http.Request.Body = new GoneStream();
        var bad = await Assert.ThrowsAsync<BadHttpRequestException>(
            () => ApiBody.ReadAsync(http.Request, ApiJson.Default.EnrolmentRequest));
        Assert.IsType<IOException>(bad.InnerException);
    }

    private static void AssertOutage(Exception failure)
    {
        Assert.True(DatabaseFailure.IsFailure(failure), failure.ToString());
        Assert.NotNull(DatabaseFailure.Describe(failure));
    }

    private static async Task SayThatTlsIsSpokenAsync(TcpListener server)
    {
        using var client = await server.AcceptSocketAsync(TestHub.Ended);
        var request = new byte[8];
        await client.ReceiveAsync(request.AsMemory(), TestHub.Ended);
        await client.SendAsync("S"u8.ToArray(), TestHub.Ended);
        // Until the driver gave up.
        await client.ReceiveAsync(request.AsMemory(), TestHub.Ended);
    }

    private sealed class GoneStream : MemoryStream
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            throw new IOException("The client reset the request stream.");
    }
}
