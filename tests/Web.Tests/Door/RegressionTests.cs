using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Data;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

/// <summary>What a review found: each of these fails before its fix.</summary>
public sealed class RegressionTests
{
    /// <summary>A revoked agent that came by an Upgrade says nothing and keeps its connection.</summary>
    [Fact]
    public async Task AnUpgradedSessionEndsWhenTheHubEndsItWhateverThePeerDoes()
    {
        await using var door = await DoorFixture.StartAsync();
        var running = new TaskCompletionSource<(Session Session, Task<SessionEnd> Run)>(TaskCreationOptions.RunContinuationsAsynchronously);
        door.Serve = async connection =>
        {
            connection.Authenticated();
            var session = new Session(
                connection.Stream, SessionRole.Hub, new PrivateConnect.Protocol.Sessions.SessionOptions { Scheduler = connection.Loop }, new Handler());
            var run = session.RunAsync();
            running.SetResult((session, run));
            await run;
        };
        using var socket = await door.ConnectAsync(door.ApiPort);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync(Encoding.ASCII.GetBytes(
            "GET /v1/agent/connect HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: pconnect/1\r\n\r\n"));
        var (session, run) = await running.Task.WaitAsync(Wait.Cap);
        var ping = new byte[16];
        PrivateConnect.Protocol.Frames.FrameWriter.Ping(ping, 1);
        await stream.WriteAsync(ping);
        // Heard, so the receive loop runs; what it says is of no interest.
        for (var i = 0; session.BytesIn == 0 && i < 1000; i++)
            await Task.Delay(5);
        session.Close(SessionEndReason.Revoked, "revoked");
        var ended = await Task.WhenAny(run, Task.Delay(Wait.Cap)) == run;
        socket.Close();
        await run.WaitAsync(Wait.Cap);
        Assert.True(ended, "the session's run ended only when its peer closed");
    }

    /// <summary>No trusted proxy is configured: nobody may say who he is.</summary>
    [Fact]
    public async Task WithoutTrustedProxiesNobodysForwardedHeadersCount()
    {
        using var folder = new TempFolder();
        var options = new HubOptions { Port = 0, WebPort = 0, DataDir = folder.Path };
        await using var database = await Database.OpenAsync(null, folder.Path, TimeProvider.System, CancellationToken.None);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.AddHub(options, database);
        await using var app = builder.Build();
        var middleware = new ForwardedHeadersMiddleware(
            static _ => Task.CompletedTask, app.Services.GetRequiredService<ILoggerFactory>(),
            app.Services.GetRequiredService<IOptions<ForwardedHeadersOptions>>());
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse("203.0.113.9");
        context.Request.Headers["X-Forwarded-For"] = "192.0.2.1";
        middleware.ApplyForwarders(context);
        Assert.Equal(IPAddress.Parse("203.0.113.9"), context.Connection.RemoteIpAddress);
    }

    private sealed class Handler : SessionHandler
    {
        public override void OnOpen(MuxStream stream, OpenRequest request) => stream.Reset(StreamError.UnknownService);

        public override void OnControl(ControlMessage message)
        {
        }
    }
}
