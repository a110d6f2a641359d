using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;
using PrivateConnect.Relay;

namespace PrivateConnect.Web.Tests.Door;

/// <summary>The front door with a small HTTP application behind it, on loopback and free ports.</summary>
internal sealed class DoorFixture : IAsyncDisposable
{
    private readonly TempFolder _folder;
    private readonly WebApplication _app;
    private readonly Database _database;

    private DoorFixture(HubOptions options, Database database, TempFolder folder, TimeProvider? time)
    {
        _folder = folder;
        _database = database;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddHub(options, database);
        if (time is not null)
            builder.Services.AddSingleton(time);
        _app = builder.Build();
        _app.UseRouting();
        _app.Use(DoorMetadata.Enforce);
        _app.MapGet("/what", (HttpContext context) =>
            $"{context.Request.Scheme} {context.Request.Protocol} {context.Features.Get<DoorFeature>()!.Door}");
        _app.MapPost("/count", async (HttpContext context) =>
        {
            var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            return body.Length;
        });
        _app.MapGet("/large", () => new string('x', 1_000_000));
        DoorMetadata.Require(_app.MapGet("/api-only", () => "api"), DoorKind.Api);
        AgentUpgrade.Map(_app, ServeAgentAsync, RelayLoop.Next, TimeProvider.System);
    }

    public Channel<AgentConnection> Agents { get; } = Channel.CreateUnbounded<AgentConnection>();

    /// <summary>What an agent's connection is answered with; echo until its end by default.</summary>
    public Func<AgentConnection, Task> Serve { get; set; } = EchoAsync;

    public FrontDoor Door => _app.Services.GetRequiredService<FrontDoor>();

    public CertificateHolder Certificate => _app.Services.GetRequiredService<CertificateHolder>();

    public int ApiPort { get; private set; }

    public int WebPort { get; private set; }

    public string Folder => _folder.Path;

    public static async Task<DoorFixture> StartAsync(TimeProvider? time = null, Func<HubOptions, HubOptions>? change = null)
    {
        var folder = new TempFolder();
        var options = new HubOptions { Port = 0, WebPort = 0, DataDir = folder.Path };
        var database = await Database.OpenAsync(null, folder.Path, TimeProvider.System, CancellationToken.None);
        var fixture = new DoorFixture(change?.Invoke(options) ?? options, database, folder, time);
        fixture.Door.Bind();
        await fixture._app.StartAsync();
        fixture.Door.Start(fixture.ServeAgentAsync);
        fixture.ApiPort = fixture.Door.Api.Port;
        fixture.WebPort = fixture.Door.Web.Port;
        return fixture;
    }

    public HttpClient Client() => new(new SocketsHttpHandler
    {
        SslOptions = { RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate) },
    });

    public async Task<Socket> ConnectAsync(int port)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, port);
        return socket;
    }

    public async Task<SslStream> TlsAsync(int port, SslProtocols versions, params string[] protocols)
    {
        var tls = new SslStream(new NetworkStream(await ConnectAsync(port), ownsSocket: true));
        await tls.AuthenticateAsClientAsync(Options(versions, protocols));
        return tls;
    }

    public SslClientAuthenticationOptions Options(SslProtocols versions, params string[] protocols) => new()
    {
        TargetHost = "localhost",
        EnabledSslProtocols = versions,
        ApplicationProtocols = protocols.Length == 0 ? null : [.. protocols.Select(p => new SslApplicationProtocol(p))],
        RemoteCertificateValidationCallback = (_, certificate, _, _) => IsOurs(certificate),
    };

    public async ValueTask DisposeAsync()
    {
        await Door.DisposeAsync();
        await _app.StopAsync();
        await _app.DisposeAsync();
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    private bool IsOurs(X509Certificate? certificate) =>
        certificate is X509Certificate2 leaf &&
        SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo()).AsSpan().SequenceEqual(Certificate.Current.SpkiHash);

    private async Task ServeAgentAsync(AgentConnection connection)
    {
        Agents.Writer.TryWrite(connection);
        await Serve(connection);
    }

    private static async Task EchoAsync(AgentConnection connection)
    {
        connection.Authenticated();
        var buffer = new byte[4096];
        int read;
        while ((read = await connection.Stream.ReadAsync(buffer)) > 0)
        {
            await connection.Stream.WriteAsync(buffer.AsMemory(0, read));
            await connection.Stream.FlushAsync();
        }
    }
}
