using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Two haproxy processes, TCP mode, TLS 1.3 with AES-256-GCM between them, one TLS connection a stream.</summary>
internal static class HaproxyPath
{
    private const string Cipher = "ssl-min-ver TLSv1.3 ciphersuites TLS_AES_256_GCM_SHA384";

    public static async Task<ITunnelPath> StartAsync(PathStart start)
    {
        var (port, middle, folder) = (FreePorts.One(), FreePorts.One(), start.Folder());
        var certificate = await PeerCertificate.MakeAsync(folder);
        var agent = await StartOneAsync(folder, "agent",
            $"127.0.0.1:{middle} ssl crt {certificate} {Cipher}", $"127.0.0.1:{start.TargetPort}");
        var server = await StartOneAsync(folder, "server",
            $"127.0.0.1:{port}", $"127.0.0.1:{middle} ssl verify none {Cipher}");
        return await TwoProcesses.ReadyAsync("haproxy", server, agent, port);
    }

    private static async Task<ChildProcess> StartOneAsync(string folder, string name, string bind, string server)
    {
        var file = Path.Combine(folder, $"{name}.cfg");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            global
                maxconn 9900
            defaults
                mode tcp
                timeout connect 10s
                timeout client 10m
                timeout server 10m
            listen load
                bind {bind}
                server next {server}

            """));
        return ChildProcess.Start($"haproxy {name}", "haproxy", ["-db", "-q", "-f", file]);
    }
}
