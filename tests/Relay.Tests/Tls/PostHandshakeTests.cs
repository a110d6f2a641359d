using PrivateConnect.Relay.Tls;
using Xunit;

namespace PrivateConnect.Relay.Tests.Tls;

/// <summary>Handshake messages after the handshake, cut at every place.</summary>
public sealed class PostHandshakeTests
{
    [Fact]
    public void TicketsAreSkippedAndKeyUpdatesCountWhereverTheyAreCut()
    {
        byte[] messages = [4, 0, 0, 3, 9, 9, 9, 4, 0, 0, 0, 24, 0, 0, 1, 1];
        for (var first = 1; first < messages.Length - 1; first++)
        {
            for (var second = first + 1; second < messages.Length; second++)
            {
                var reader = default(PostHandshake);
                Assert.Equal(PostHandshakeVerdict.None, reader.Take(messages.AsSpan(0, first)));
                Assert.Equal(PostHandshakeVerdict.None, reader.Take(messages.AsSpan(first, second - first)));
                Assert.Equal(PostHandshakeVerdict.KeyUpdateRequested, reader.Take(messages.AsSpan(second)));
                Assert.False(reader.IsInside);
            }
        }
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 1, 0, 0, 0 })]
    [InlineData(new byte[] { 24, 0, 0, 2 })]
    [InlineData(new byte[] { 24, 0, 0, 1, 2 })]
    [InlineData(new byte[] { 24, 0, 0, 1, 0, 24 })]
    [InlineData(new byte[] { 4, 0xff, 0xff, 0xff })]
    public void AllElseIsAViolation(byte[] content)
    {
        var reader = default(PostHandshake);
        Assert.Equal(PostHandshakeVerdict.Violation, reader.Take(content));
    }

    [Fact]
    public void OurOwnMessageIsOne()
    {
        var reader = default(PostHandshake);
        Assert.Equal(PostHandshakeVerdict.KeyUpdate, reader.Take(PostHandshake.KeyUpdateMessage));
    }
}
