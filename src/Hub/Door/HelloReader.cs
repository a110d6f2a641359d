using System.Buffers;
using PrivateConnect.Relay;
using PrivateConnect.Relay.Tls;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// Reads a TLS connection's ClientHello to tell agents from others, and puts it back for whoever ends the TLS. The
/// deadline and the place among the unauthenticated bound it, as every stage of the greeting.
/// </summary>
internal static class HelloReader
{
    /// <summary>Whether an agent greets whose session's own TLS may serve; others get the platform's.</summary>
    public static async Task<bool> IsAgentAsync(SocketTransport transport)
    {
        // A usual hello has 300 to 1,800 bytes.
        var buffer = ArrayPool<byte>.Shared.Rent(ClientHello.MaxSize);
        try
        {
            var count = 0;
            ClientHelloKind kind;
            do
            {
                var n = await transport.ReadAsync(buffer.AsMemory(count, ClientHello.MaxSize - count), CancellationToken.None);
                count += n;
                kind = n == 0
                    ? ClientHelloKind.Other
                    : ClientHello.Look(buffer.AsSpan(0, count), TlsSettings.Agent.Protocol.Span);
            }
            while (kind == ClientHelloKind.Incomplete);

            transport.Unread(buffer.AsSpan(0, count).ToArray());
            return kind == ClientHelloKind.Offers;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
