using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Two stunnel processes, TLS 1.3 with AES-256-GCM: a C relay without multiplexing, one TLS connection a stream.</summary>
internal static class StunnelPath
{
    public static async Task<ITunnelPath> StartAsync(PathStart start)
    {
        var (port, middle, folder) = (FreePorts.One(), FreePorts.One(), start.Folder());
        var certificate = await PeerCertificate.MakeAsync(folder);
        var agent = await StartOneAsync(folder, "agent", middle, start.TargetPort, $"cert = {certificate}");
        var server = await StartOneAsync(folder, "server", port, middle, "client = yes");
        return await TwoProcesses.ReadyAsync("stunnel", server, agent, port);
    }

    private static async Task<ChildProcess> StartOneAsync(
        string folder, string name, int accept, int connect, string more)
    {
        var file = Path.Combine(folder, $"{name}.conf");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            foreground = yes
            pid =
            syslog = no
            debug = warning
            socket = l:TCP_NODELAY=1
            socket = r:TCP_NODELAY=1
            [load]
            accept = 127.0.0.1:{accept}
            connect = 127.0.0.1:{connect}
            sslVersionMin = TLSv1.3
            ciphersuites = TLS_AES_256_GCM_SHA384
            {more}

            """));
        return ChildProcess.Start($"stunnel {name}", "stunnel4", [file]);
    }
}
