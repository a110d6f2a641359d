using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub;

/// <summary>All wiring of the hub on one screen.</summary>
public static class HubHost
{
    /// <summary>Registers what the hub is made of. Opens the certificate; binds nothing.</summary>
    public static void AddHub(this WebApplicationBuilder builder, HubOptions options)
    {
        var services = builder.Services;
        var files = new CertificateFiles(options);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(options);
        services.AddSingleton(files);
        services.AddSingleton(files.LoadOrMake(TimeProvider.System));
        services.AddSingleton<PinFile>();
        services.AddSingleton<CertificateHolder>();
        services.AddHostedService(provider => provider.GetRequiredService<CertificateHolder>());
        services.AddSingleton<HttpHandOver>();
        services.AddSingleton<IConnectionListenerFactory>(provider => provider.GetRequiredService<HttpHandOver>());
        services.AddSingleton<FrontDoor>();
        services.AddSingleton<LiveView>();
        services.AddSingleton<IHostLifetime, QuietLifetime>();
        services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        services.Configure<ForwardedHeadersOptions>(forwarded =>
        {
            forwarded.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto;
            forwarded.ForwardLimit = null;
            forwarded.KnownProxies.Clear();
            forwarded.KnownIPNetworks.Clear();
            foreach (var proxy in options.TrustedProxies)
                forwarded.KnownIPNetworks.Add(proxy);
        });
        builder.WebHost.ConfigureKestrel(ConfigureHttp);
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
