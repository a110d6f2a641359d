using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Text;
using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Agent;

/// <summary>Dials the hub: TCP, TLS or an Upgrade through a proxy, handshake; the result is a session that is not yet running.</summary>
internal static class HubConnection
{
    /// <summary>For everything from DNS to WELCOME.</summary>
    public static readonly TimeSpan Limit = ProtocolLimits.HandshakeDeadline;

    /// <summary>
    /// One for all sessions of the process, which follow each other: the ports of `reach` stay on it through a lost link, so
    /// that what they accept never changes the thread.
    /// </summary>
    private static readonly Lazy<RelayLoop> s_loop = new(RelayLoop.Next);

    private static readonly TlsContext? s_context = TlsContext.IsAvailable
        ? TlsContext.ForClient(TlsSettings.Frames.ToString(), SslApplicationProtocol.Http11.ToString())
        : null;

    public static async Task<HubLink> ConnectAsync(
        HubAddress hub, string? pin, ECDsa key, string label, long place, LocalServices services, TimeProvider time, CancellationToken cancellation)
    {
        var check = new CertificateCheck(hub, pin);
        using var alarm = new CancellationTokenSource(Limit, time);
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellation, alarm.Token);
        Stream? stream = null;
        try
        {
            var loop = s_loop.Value;
            var socket = await HubDialer.DialAsync(hub, loop, time, deadline.Token);
            var transport = new SocketTransport(socket, loop);
            stream = transport;

            var binding = new byte[SHA256.HashSizeInBytes];
            var speaksFrames = false;
            if (hub.Tls)
            {
                (stream, var protocol) = await AuthenticateAsync(transport, hub, check, deadline.Token);
                speaksFrames = protocol == TlsSettings.Frames;
                MemoryKeeper.Step();
            }

            // After an Upgrade somebody else ended TLS, so the hub cannot know the certificate: it expects zeros there.
            if (speaksFrames)
                check.KeyHash!.CopyTo(binding, 0);
            else
                await UpgradeAsync(stream, hub, deadline.Token);
            transport.StartCoalescing();

            var hello = new Hello(
                ProtocolLimits.Version, key.ExportSubjectPublicKeyInfo(), label, AgentVersion.Text, AgentMemory.InitialWindow, RandomNumberGenerator.GetBytes(HandshakeCodec.NonceSize))
            {
                Place = place,
                TakesShares = true,
            };
            var welcome = await HandshakeDialer.RunAsync(stream, hello, key, binding, deadline.Token);

            deadline.Token.ThrowIfCancellationRequested();
            return HubLink.Create(stream, transport, loop, welcome, AgentMemory.InitialWindow, services, time);
        }
        catch (Exception error)
        {
            if (stream is not null)
                await stream.DisposeAsync();
            await Task.Yield();
            cancellation.ThrowIfCancellationRequested();
            if (deadline.IsCancellationRequested)
                throw NetworkFailure.TimedOut(hub, Limit);
            if (error is HandshakeRefusedException refused)
                throw HubVerdict.Of(hub, refused.Refusal);
            throw NetworkFailure.Describe(hub, error, check) ?? error;
        }
    }

    /// <summary>TLS with the certificate judged; the platform's where the relay's own cannot serve.</summary>
    private static async Task<(Stream Stream, SslApplicationProtocol Protocol)> AuthenticateAsync(
        SocketTransport transport, HubAddress hub, CertificateCheck check, CancellationToken cancellation)
    {
        if (s_context is not null)
        {
            var own = await TlsTransport.AuthenticateAsync(transport, s_context, hub.Host, cancellation);
            if (!check.Validate(own.PeerCertificates))
                throw new AuthenticationException("The certificate was turned down.");
            return (own, own.Protocol is { } name ? new SslApplicationProtocol(name) : default);
        }

        var tls = new SslStream(transport, leaveInnerStreamOpen: false);
        await tls.AuthenticateAsClientAsync(
            TlsSettings.Create(hub, check, TlsSettings.Frames, SslApplicationProtocol.Http11), cancellation);
        return (tls, tls.NegotiatedApplicationProtocol);
    }

    /// <summary>Asks the hub, or the proxy in front of it, to switch this connection to frames.</summary>
    private static async Task UpgradeAsync(Stream stream, HubAddress hub, CancellationToken cancellation)
    {
        var request = $"GET /v1/agent/connect HTTP/1.1\r\nHost: {hub.Authority}\r\nConnection: Upgrade\r\nUpgrade: pconnect/1\r\n"
            + $"User-Agent: connect/{AgentVersion.Text}\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), cancellation);
        await stream.FlushAsync(cancellation);
        var head = await UpgradeHead.ReadAsync(stream, cancellation);
        head.Require(hub);
    }
}
