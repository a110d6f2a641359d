using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace PrivateConnect.LoadTests.Paths;

/// <summary>
/// Our own tunnel as a user gets it: <c>./run.sh --no-build</c> and <c>./connect expose</c>, over TLS. For the
/// way by name a second agent reaches the service and is counted too.
/// </summary>
internal sealed class ProductPath : ITunnelPath
{
    private const string Service = "load";
    private static readonly SslApplicationProtocol AgentProtocol = new("pconnect/1");

    private readonly HubProcess _hub;
    private readonly AgentProcess _agent;
    private readonly AgentProcess? _reaching;

    private ProductPath(HubProcess hub, AgentProcess agent, AgentProcess? reaching, IPEndPoint entry) =>
        (_hub, _agent, _reaching, Entry) = (hub, agent, reaching, entry);

    public IPEndPoint Entry { get; }

    public static async Task<ITunnelPath> StartAsync(PathStart start, string cipher, bool reach, string? library = null)
    {
        // The order of ciphers is a choice of the hub's; as shipped it is AES-128 first.
        library ??= RecordLibrary.Default;
        var choice = RecordLibrary.Environment(library);
        if (cipher != PathCatalogue.Aes128) choice["TLS_CIPHERS"] = "aes-256-gcm";
        var hub = new HubProcess(start.Scratch.Folder($"{start.Tag}-data"), choice);
        AgentProcess? agent = null, reaching = null;
        try
        {
            await hub.StartAsync();
            await CheckCipherAsync(hub, cipher);
            (agent, var port) = await AgentProcess.ExposeAsync(
                hub, start.Scratch.Folder($"{start.Tag}-agent"), Service, start.TargetPort,
                $"https://{start.NearAddress}:{hub.Port}", [.. start.Through, .. RecordLibrary.Words(library)]);
            if (reach)
                (reaching, port) = await AgentProcess.ReachAsync(hub, start.Scratch.Folder($"{start.Tag}-reach"), Service);
            var entry = new IPEndPoint(IPAddress.Loopback, port);
            await PathProbe.WaitAsync(entry, start.Tag, hub.Process, agent.Process);
            RecordLibrary.Check(hub.Id, library);
            RecordLibrary.Check(agent.Id, library);
            return new ProductPath(hub, agent, reaching, entry);
        }
        catch
        {
            if (reaching is not null) await reaching.DisposeAsync();
            if (agent is not null) await agent.DisposeAsync();
            await hub.DisposeAsync();
            throw;
        }
    }

    public IReadOnlyList<PathPart> Parts()
    {
        List<PathPart> parts = [new(PathPart.Server, [_hub.Id]), new(PathPart.Agent, [_agent.Id])];
        if (_reaching is not null) parts.Add(new PathPart("reaching agent", [_reaching.Id]));
        return parts;
    }

    public async ValueTask DisposeAsync()
    {
        if (_reaching is not null) await _reaching.DisposeAsync();
        await _agent.DisposeAsync();
        await _hub.DisposeAsync();
    }

    /// <summary>Shakes hands as an agent would and reads what was agreed: a column must not be named after a wish.</summary>
    private static async Task CheckCipherAsync(HubProcess hub, string cipher)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, hub.Port);
        await using var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "localhost",
            EnabledSslProtocols = SslProtocols.Tls13,
            ApplicationProtocols = [AgentProtocol],
            RemoteCertificateValidationCallback = (_, certificate, _, _) =>
                certificate is X509Certificate2 leaf && hub.Pin.EndsWith(
                    Convert.ToHexStringLower(SHA256.HashData(leaf.PublicKey.ExportSubjectPublicKeyInfo())), StringComparison.Ordinal),
        });
        var agreed = tls.NegotiatedCipherSuite.ToString();
        if (!agreed.StartsWith("TLS_" + cipher.Replace('-', '_'), StringComparison.Ordinal))
            throw new InvalidOperationException($"The hub agreed on {agreed}, not on {cipher}.");
    }
}
