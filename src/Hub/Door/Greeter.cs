using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Certificates;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Hub.Door;

/// <summary>Finds out what an accepted connection speaks, within the deadline, and hands it to who serves that.</summary>
internal sealed class Greeter(
    DoorKind door,
    WaitingRoom room,
    HttpHandOver http,
    SocketConnectionContextFactory plainConnections,
    CertificateHolder certificate,
    PlaintextRule plaintext,
    Func<AgentConnection, Task> serveAgent,
    TimeProvider time,
    ILogger logger)
{
    private const byte TlsHandshakeRecord = 0x16;

    /// <summary>Owns the socket from here on; never throws.</summary>
    public async Task GreetAsync(Socket socket)
    {
        var remote = new IPEndPoint(IPAddress.None, 0);
        Guest? guest = null;
        var handedOver = false;
        try
        {
            socket.NoDelay = true;
            // Born to reset: only an orderly end disarms it.
            socket.LingerState = new LingerOption(true, 0);
            var peer = (IPEndPoint)socket.RemoteEndPoint!;
            remote = new IPEndPoint(peer.Address.Unmapped(), peer.Port);
            guest = room.TryEnter(socket, remote.Address, time);
            if (guest is null)
            {
                DoorLog.Dropped(logger, door, remote, "too many unauthenticated connections of this address");
                return;
            }

            // One byte and no more: waiting for a whole hello in the kernel's buffer would spin on a split one.
            var first = await LoopWait.FirstByteAsync(socket, RelayLoop.Next());
            if (first < 0)
                DoorLog.Dropped(logger, door, remote, "ended, evicted or too late before its first byte");
            else if (first == TlsHandshakeRecord)
                handedOver = await GreetTlsAsync(socket, remote, guest);
            else
                handedOver = await GreetPlaintextAsync(socket, remote, guest);
        }
        catch (Exception e) when (
            e is SocketException or IOException or AuthenticationException or ObjectDisposedException or InvalidOperationException)
        {
            DoorLog.Dropped(logger, door, remote, e.Message);
        }
        catch (Exception e)
        {
            DoorLog.Defect(logger, e, door, remote);
        }
        finally
        {
            if (!handedOver)
            {
                guest?.Dispose();
                socket.Dispose();
            }
        }
    }

    private async Task<bool> GreetPlaintextAsync(Socket socket, IPEndPoint remote, Guest guest)
    {
        if (!plaintext.Allows(remote.Address))
        {
            DoorLog.Dropped(logger, door, remote, "plain HTTP from another machine");
            await PlaintextRule.RefuseAsync(socket);
            return false;
        }

        if (!MayBecomeHttp(guest, remote))
            return false;
        socket.LingerState = new LingerOption(false, 0);
        var connection = plainConnections.Create(socket);
        connection.Features.Set(new DoorFeature(door, null, remote));
        connection.ConnectionClosed.UnsafeRegister(static state => ((HttpHandOver)state!).Release(), http);
        if (!http.TryGive(HttpEndPoint.Http1, connection))
            await connection.DisposeAsync();
        return true;
    }

    private async Task<bool> GreetTlsAsync(Socket socket, IPEndPoint remote, Guest guest)
    {
        // Taken once: a reload in the middle of a handshake must not mix two keys.
        var shown = certificate.Current;
        var transport = door == DoorKind.Api ? DoorTransport.OnRelay(socket) : DoorTransport.OnPool(socket);
        try
        {
            if (transport.Transport is { } relayed && shown.AgentContext is { } context && await HelloReader.IsAgentAsync(relayed))
            {
                await using var stream = await TlsTransport.AuthenticateAsync(relayed, context, null, CancellationToken.None);
                await ServeAgentAsync(stream, transport, shown, remote, guest);
                return false;
            }
        }
        catch
        {
            // The socket first, still armed to reset; then its loop forgets it.
            socket.Dispose();
            await transport.Stream.DisposeAsync();
            throw;
        }

        var tls = new SslStream(transport.Stream, leaveInnerStreamOpen: false);
        var handedOver = false;
        var isAgent = false;
        try
        {
            await tls.AuthenticateAsServerAsync(TlsSettings.For(door, shown));
            isAgent = tls.NegotiatedApplicationProtocol == TlsSettings.Agent && tls.SslProtocol == SslProtocols.Tls13;
            if (isAgent)
                await ServeAgentAsync(tls, transport, shown, remote, guest);
            else if (tls.NegotiatedApplicationProtocol == TlsSettings.Agent)
                DoorLog.Dropped(logger, door, remote, "pconnect/1 needs TLS 1.3");
            else
                handedOver = GiveTls(tls, socket, shown, remote, guest);
        }
        finally
        {
            // Dropped: the socket goes first, still armed to reset; disposing the stream would end it in order. An agent's
            // session has ended its own.
            if (!handedOver && !isAgent)
                socket.Dispose();
            if (!handedOver)
                await tls.DisposeAsync();
        }

        return handedOver;
    }

    private bool GiveTls(SslStream tls, Socket socket, HubCertificate shown, IPEndPoint remote, Guest guest)
    {
        if (!MayBecomeHttp(guest, remote))
            return false;
        var connection = new TlsConnection(tls, socket, new DoorFeature(door, shown.SpkiHash, remote), http.Release);
        var endpoint = tls.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2
            ? HttpEndPoint.Http2
            : HttpEndPoint.Http1;
        if (http.TryGive(endpoint, connection))
            return true;
        http.Release();
        return false;
    }

    private async Task ServeAgentAsync(
        Stream tls, DoorTransport transport, HubCertificate shown, IPEndPoint remote, Guest guest)
    {
        try
        {
            await serveAgent(
                new AgentConnection(tls, transport.Transport, transport.Loop!, shown.SpkiHash, remote, guest.Deadline)
                {
                    Authenticated = guest.Leave,
                });
        }
        finally
        {
            guest.Leave();
        }
    }

    /// <summary>From here the HTTP server's own limits count.</summary>
    private bool MayBecomeHttp(Guest guest, IPEndPoint remote)
    {
        if (!guest.Leave())
            return false;
        if (http.TryReserve())
            return true;
        DoorLog.Dropped(logger, door, remote, "all HTTP connections are taken");
        return false;
    }
}
