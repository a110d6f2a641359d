using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>A real nginx with a certificate of its own that ends TLS in front of a hub, as people run it.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    private static readonly string[] UsualPlaces = ["/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx"];
    private static readonly TimeSpan LongestInstallation = TimeSpan.FromMinutes(5);

    private readonly ScratchFolder _scratch = new();
    private readonly string _program;
    private ChildProcess? _process;

    private NginxProcess(string program, int hubPort)
    {
        _program = program;
        Port = FreePorts.One();
        Pin = WriteCertificate();
        File.WriteAllText(_scratch.File("nginx.conf"), Configuration(hubPort));
    }

    public int Port { get; }

    /// <summary>The pin of nginx's key: whoever ends TLS is who the agent meets.</summary>
    public string Pin { get; }

    public string Url => $"https://127.0.0.1:{Port}";

    public static async Task<NginxProcess> StartAsync(HubProcess hub)
    {
        var nginx = new NginxProcess(Find() ?? await InstallAsync(), hub.Port);
        try
        {
            await nginx.StartAsync();
            return nginx;
        }
        catch
        {
            await nginx.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it, again after <see cref="StopAsync"/> too, and waits until it listens.</summary>
    public async Task StartAsync()
    {
        _process = ChildProcess.Start("nginx", _program, ["-p", _scratch.Path, "-c", _scratch.File("nginx.conf")]);
        await Until.TrueAsync(
            async () =>
            {
                if (_process.HasExited)
                    throw new InvalidOperationException($"nginx ended before it listened\n{_process.Transcript}");
                return await Streams.Peer.IsListeningAsync(Port);
            },
            $"nginx listens on port {Port}");
    }

    public async Task StopAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _process = null;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _scratch.Dispose();
    }

    private static string? Find() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')
        .Select(folder => Path.Combine(folder, "nginx")).Concat(UsualPlaces).FirstOrDefault(File.Exists);

    private static async Task<string> InstallAsync()
    {
        const string Missing = "nginx is missing and these tests need a real one: install it (on Debian: apt-get install nginx-light).";
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/apt-get"))
            throw new InvalidOperationException(Missing);
        const string Install = "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light";
        await using var apt = ChildProcess.Start("apt-get", "bash", ["-c", $"{Install} || {{ apt-get update -qq && {Install}; }}"]);
        await apt.WaitForExitAsync(LongestInstallation);
        return Find() ?? throw new InvalidOperationException($"{Missing}\n{apt.Transcript}");
    }

    private string WriteCertificate()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        File.WriteAllText(_scratch.File("proxy.crt"), certificate.ExportCertificatePem());
        File.WriteAllText(_scratch.File("proxy.key"), key.ExportPkcs8PrivateKeyPem());
        return "sha256:" + Convert.ToHexStringLower(SHA256.HashData(key.ExportSubjectPublicKeyInfo()));
    }

    /// <summary>What docs/operations.md tells people to write, and folders of our own for the rest.</summary>
    private string Configuration(int hubPort) => string.Create(CultureInfo.InvariantCulture,
        $$"""
        daemon off;
        {{(Environment.IsPrivilegedProcess ? "user root;" : "")}}
        worker_processes 1;
        pid {{_scratch.File("nginx.pid")}};
        error_log stderr warn;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path {{_scratch.Path}}; proxy_temp_path {{_scratch.Path}}; fastcgi_temp_path {{_scratch.Path}};
          uwsgi_temp_path {{_scratch.Path}}; scgi_temp_path {{_scratch.Path}};
          map $http_upgrade $connection_upgrade { default upgrade; '' close; }
          server {
            listen 127.0.0.1:{{Port}} ssl;
            ssl_certificate {{_scratch.File("proxy.crt")}};
            ssl_certificate_key {{_scratch.File("proxy.key")}};
            ssl_protocols TLSv1.2 TLSv1.3;
            location / {
              proxy_pass http://127.0.0.1:{{hubPort}};
              proxy_http_version 1.1;
              proxy_set_header Host $http_host;
              proxy_set_header Upgrade $http_upgrade;
              proxy_set_header Connection $connection_upgrade;
              proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
              proxy_set_header X-Forwarded-Proto https;
              proxy_read_timeout 1h;
              proxy_send_timeout 1h;
              proxy_buffer_size 64k;
              proxy_buffers 8 64k;
              proxy_busy_buffers_size 64k;
            }
          }
        }
        """);
}
