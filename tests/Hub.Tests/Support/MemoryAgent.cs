using System.Net;
using System.Security.Cryptography;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Door;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Embedding;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Relay;
using PrivateConnect.Testing;

namespace PrivateConnect.Hub.Tests.Support;

/// <summary>An agent in this process: enrolled, admitted by the relay over memory, its streams in the test's hands.</summary>
internal sealed class MemoryAgent : IAsyncDisposable
{
    private readonly Task _served;

    private MemoryAgent(SessionConnectionContext session, Task served) => (Session, _served) = (session, served);

    public SessionConnectionContext Session { get; }

    /// <summary>Where it comes from, as the hub sees it.</summary>
    public const string From = "127.0.0.1";

    public static async Task<MemoryAgent> ConnectAsync(TestHub hub, string workspaceId)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await hub.Agents.EnrolAsync(
            key.ExportSubjectPublicKeyInfo(), "box", await hub.NewKeyAsync(workspaceId), From, TestHub.Ended);
        return await ConnectAsync(hub, key);
    }

    /// <summary>Connects with a key pair that was enrolled, or was not.</summary>
    public static async Task<MemoryAgent> ConnectAsync(TestHub hub, ECDsa key)
    {
        var (near, far) = DuplexPair.Create();
        var binding = new byte[SHA256.HashSizeInBytes];
        var served = hub.Get<HubRelay>().HandleAgentAsync(new AgentConnection(
            far, null, RelayLoop.Next(), binding, new IPEndPoint(IPAddress.Parse(From), 1), DateTimeOffset.MaxValue));
        var hello = new Hello(
            ProtocolLimits.Version, key.ExportSubjectPublicKeyInfo(), "box", "1.2.3", ProtocolLimits.MaxInitialWindow,
            RandomNumberGenerator.GetBytes(HandshakeCodec.NonceSize));
        await HandshakeDialer.RunAsync(near, hello, key, binding, TestHub.Ended);
        return new MemoryAgent(new SessionConnectionContext(near, SessionRole.Agent, new SessionOptions()), served);
    }

    /// <summary>Publishes and waits until the hub listens; where it does.</summary>
    public async Task<IPEndPoint> PublishAsync(TestHub hub, string workspaceId, string service, ServiceShare? share = null)
    {
        Session.Session.TrySend(new PublishService(1, service, "localhost:1", 0) { Share = share ?? ServiceShare.Default });
        var registry = hub.Get<HubRelay>().Registry;
        await Eventually.TrueAsync(() => registry.FindService(workspaceId, service) is not null, $"{service} is up");
        return registry.FindService(workspaceId, service)!.Address;
    }

    public async ValueTask DisposeAsync()
    {
        await Session.DisposeAsync();
        await _served.WithinCap();
    }
}
