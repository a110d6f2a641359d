using System.Globalization;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>Two stunnel processes, TLS 1.3 with AES-128-GCM: a C relay without multiplexing, one TLS connection a stream.</summary>
internal sealed class StunnelPath : ITunnelPath
{
    private readonly ChildProcess _near;
    private readonly ChildProcess _far;

    private StunnelPath(ChildProcess near, ChildProcess far, int port) => (_near, _far, Port) = (near, far, port);

    public string Name => "stunnel";

    public int Port { get; }

    public static async Task<StunnelPath> StartAsync(int targetPort, string folder)
    {
        var (port, middle) = (FreePorts.One(), FreePorts.One());
        var certificate = await PeerCertificate.MakeAsync(folder);
        var far = await StartOneAsync(folder, "far", middle, targetPort, $"cert = {certificate}");
        var near = await StartOneAsync(folder, "near", port, middle, "client = yes");
        try
        {
            await PathProbe.WaitAsync(port, "stunnel", near, far);
            return new StunnelPath(near, far, port);
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
            ciphersuites = TLS_AES_128_GCM_SHA256
            {more}

            """));
        return ChildProcess.Start($"stunnel {name}", "stunnel4", [file]);
    }
}
