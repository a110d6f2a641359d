using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Two haproxy processes, TCP mode, TLS 1.3 with AES-128-GCM between them, one TLS connection a stream.</summary>
internal sealed class HaproxyPath : ITunnelPath
{
    private readonly ChildProcess _near;
    private readonly ChildProcess _far;

    private HaproxyPath(ChildProcess near, ChildProcess far, int port) => (_near, _far, Port) = (near, far, port);

    public string Name => "haproxy";

    public int Port { get; }

    public static async Task<HaproxyPath> StartAsync(int targetPort, string folder)
    {
        var (port, middle) = (FreePorts.One(), FreePorts.One());
        var certificate = await PeerCertificate.MakeAsync(folder);
        var far = await StartOneAsync(folder, "far",
            $"127.0.0.1:{middle} ssl crt {certificate} ssl-min-ver TLSv1.3 ciphersuites TLS_AES_128_GCM_SHA256",
            $"127.0.0.1:{targetPort}");
        var near = await StartOneAsync(folder, "near", $"127.0.0.1:{port}", $"127.0.0.1:{middle} ssl verify none");
        try
        {
            await PathProbe.WaitAsync(port, "haproxy", near, far);
            return new HaproxyPath(near, far, port);
        }
        catch
        {
            await near.DisposeAsync();
            await far.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<PathPart> Parts() => [new("server", [_far.Id]), new("client", [_near.Id])];

    public async ValueTask DisposeAsync()
    {
        await _near.DisposeAsync();
        await _far.DisposeAsync();
    }

    private static async Task<ChildProcess> StartOneAsync(string folder, string name, string bind, string server)
    {
        var file = Path.Combine(folder, $"{name}.cfg");
        await File.WriteAllTextAsync(file, string.Create(CultureInfo.InvariantCulture, $"""
            global
                maxconn 8000
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
