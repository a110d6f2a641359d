using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Retention;
using PrivateConnect.Relay;

namespace PrivateConnect.Hub;

/// <summary>All wiring of the hub on one screen.</summary>
public static class HubHost
{
    // Requests that run when the hub ends; streams have DRAIN_SECONDS of their own before this.
    private static readonly TimeSpan LastRequests = TimeSpan.FromMilliseconds(500);

    // The token that a start prints: long enough to walk to the other machine.
    private static readonly TimeSpan PrintedTokenLife = TimeSpan.FromHours(1);

    /// <summary>Registers what the hub is made of. Opens the certificate; binds nothing.</summary>
    public static void AddHub(this WebApplicationBuilder builder, HubOptions options, Database database)
    {
        var services = builder.Services;
        services.AddSingleton(database);
        services.AddHubControl();
        services.AddSingleton<HubRelay>();
        services.AddHostedService<LiveSampler>();
        services.AddHostedService<EphemeralSweep>();
        services.AddSingleton(options.Retention);
        services.AddHostedService<RetentionJob>();
        services.AddHostedService<TunnelWriter>();
        var files = new CertificateFiles(options);
        services.AddSingleton(options);
        if (MailOptions.Transport(options, Console.Out) is { } mail)
            services.AddSingleton(mail);
        services.AddSingleton(new DevicePage(options.AppUrl));
        services.AddSingleton(UserCodeKey.LoadOrMake(options.DataDir));
        services.AddSingleton(files);
        services.AddSingleton(files.LoadOrMake(TimeProvider.System));
        services.AddSingleton<PinFile>();
        services.AddSingleton<CertificateHolder>();
        services.AddHostedService(provider => provider.GetRequiredService<CertificateHolder>());
        services.AddSingleton<HttpHandOver>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<HttpHandOver>());
        services.AddSingleton<FrontDoor>();
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = LastRequests);
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            // With no known proxy the middleware would believe everybody.
            forwarded.ForwardedHeaders = options.TrustedProxies.Count == 0
                ? ForwardedHeaders.None
                : ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in options.TrustedProxies)
                forwarded.KnownIPNetworks.Add(proxy);
        });
        builder.WebHost.ConfigureKestrel(ConfigureHttp);
    }

    /// <summary>The API and the agents' way in over HTTP, on the API door only.</summary>
    public static void MapHub(this WebApplication app)
    {
        DoorMetadata.Require(app.MapGroup(""), DoorKind.Api).MapHubApi();
        var relay = app.Services.GetRequiredService<HubRelay>();
        AgentUpgrade.Map(app, relay.HandleAgentAsync, RelayLoop.Next, app.Services.GetRequiredService<TimeProvider>());
    }

    /// <summary>
    /// Starts in order, tells the terminal, serves until <paramref name="stop"/> or until one of its services ends by a
    /// defect, and ends in order: no new connections, drain the streams, then the rest. The exit code.
    /// </summary>
    /// <exception cref="HubStartException">It cannot start.</exception>
    public static async Task<int> RunHubAsync(this WebApplication app, DataFolder folder, TextWriter terminal, Task stop)
    {
        var services = app.Services;
        var options = services.GetRequiredService<HubOptions>();
        var relay = services.GetRequiredService<HubRelay>();
        PolicySeal.Require(app);
        await using var door = services.GetRequiredService<FrontDoor>();
        var start = await services.StartHubControlAsync(options.BootstrapApiKey, CancellationToken.None);
        door.Bind();
        await app.StartAsync();
        var pin = services.GetRequiredService<CertificateHolder>().Current.Pin;
        services.GetRequiredService<PinFile>().Write(pin);
        folder.WritePid();
        // Nobody was answered before this line, so who sees /health sees complete files.
        door.Start(relay.HandleAgentAsync);
        Announcement.Print(terminal, options, start, pin, await services.NewEnrolmentTokenAsync());
        ProcessMemory.GiveBackSoon();
        // The host stops itself over a service that failed, which it has logged: half a hub is not run on.
        var isAsked = await Task.WhenAny(stop, app.WaitForShutdownStartAsync()) == stop;
        await door.StopAcceptingAsync();
        await relay.DrainAsync(options.Drain);
        await app.StopAsync();
        return isAsked ? ExitCodes.Ok : ExitCodes.Defect;
    }

    private static Task WaitForShutdownStartAsync(this WebApplication app)
    {
        var begun = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        app.Lifetime.ApplicationStopping.Register(static begun => ((TaskCompletionSource)begun!).TrySetResult(), begun);
        return begun.Task;
    }

    private static async Task<string> NewEnrolmentTokenAsync(this IServiceProvider services)
    {
        var database = services.GetRequiredService<Database>();
        await using var db = database.Connect();
        var workspace = await db.EnsureDefaultWorkspaceAsync(database.Time, CancellationToken.None);
        return (await services.GetRequiredService<EnrolmentTokens>()
            .CreateAsync(Requester.Local(workspace.Id, "hub"), PrintedTokenLife, false, CancellationToken.None))!;
    }

    private static void ConfigureHttp(KestrelServerOptions http)
    {
        http.AddServerHeader = false;
        http.Limits.MaxRequestHeadersTotalSize = DoorLimits.HttpHeaderBytes;
        http.Limits.MaxRequestBodySize = DoorLimits.HttpBodyBytes;
        http.Limits.RequestHeadersTimeout = DoorLimits.HttpHeaderTimeout;
        http.Limits.Http2.MaxStreamsPerConnection = DoorLimits.HttpStreams;
        http.Limits.Http2.MaxRequestHeaderFieldSize = DoorLimits.HttpHeaderBytes;
        http.Listen(HttpEndPoint.Http1, listen => listen.Protocols = HttpProtocols.Http1);
        http.Listen(HttpEndPoint.Http2, listen => listen.Protocols = HttpProtocols.Http2);
    }
}
