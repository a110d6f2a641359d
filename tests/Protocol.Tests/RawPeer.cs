using PrivateConnect.Protocol.Frames;
using PrivateConnect.Protocol.Handshake;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Testing;

using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>A peer that writes whatever frames the test wants and reads what comes back.</summary>
internal sealed class RawPeer(DuplexStream stream) : IAsyncDisposable
{
    public async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames)
            await stream.WriteAsync(frame);
    }

    /// <summary>The next frame; null at the end of the transport.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)?> ReadAsync()
    {
        var head = new byte[ProtocolLimits.HeaderSize];
        if (await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false).AsTask().WithinCap() < head.Length)
            return null;
        Assert.Equal(Violation.None, FrameHeader.Read(head, out var header));
        var payload = new byte[header.Length];
        await stream.ReadExactlyAsync(payload).AsTask().WithinCap();
        return (header, payload);
    }

    /// <summary>Reads on until a frame of the type comes.</summary>
    public async Task<(FrameHeader Header, byte[] Payload)> ExpectAsync(FrameType type)
    {
        while (await ReadAsync() is { } frame)
        {
            if (frame.Header.Type == type)
                return frame;
        }

        throw new EndOfStreamException($"the session ended before {type}");
    }

    public async Task<GoAway> ExpectGoAwayAsync() =>
        HandshakeCodec.DecodeGoAway((await ExpectAsync(FrameType.GoAway)).Payload)!;

    public ValueTask DisposeAsync() => stream.DisposeAsync();
}
