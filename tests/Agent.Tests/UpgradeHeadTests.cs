using System.Text;

namespace PrivateConnect.Agent.Tests;

public sealed class UpgradeHeadTests
{
    private const string Good = "HTTP/1.1 101 Switching Protocols\r\nServer: x\r\nConnection: upgrade\r\nupgrade:  pconnect/1\r\n\r\n";

    private static readonly HubAddress Hub = new("h", 1, Tls: true);

    [Fact]
    public async Task ReadsTheHeadAtEverySplitPointAndNotOneByteMore()
    {
        var bytes = Encoding.ASCII.GetBytes(Good + "FRAMES");
        for (var split = 0; split <= bytes.Length; split++)
        {
            var stream = new SplitStream(bytes, split);
            var head = await UpgradeHead.ReadAsync(stream, TestContext.Current.CancellationToken);
            Assert.Equal(new UpgradeHead(101, "pconnect/1"), head);
            head.Require(Hub);
            Assert.Equal(Good.Length, stream.Position);
        }
    }

    [Fact]
    public async Task EveryTruncationIsTheEndOfTheConnection()
    {
        var bytes = Encoding.ASCII.GetBytes(Good);
        for (var length = 0; length < bytes.Length; length++)
        {
            using var stream = new MemoryStream(bytes, 0, length);
            await Assert.ThrowsAsync<EndOfStreamException>(() => UpgradeHead.ReadAsync(stream, TestContext.Current.CancellationToken));
        }
    }

    [Fact]
    public async Task AHeadThatNeverEndsIsCutOff()
    {
        using var stream = new MemoryStream(new byte[UpgradeHead.MaxBytes * 2]);
        await Assert.ThrowsAsync<InvalidDataException>(() => UpgradeHead.ReadAsync(stream, TestContext.Current.CancellationToken));
        Assert.Equal(UpgradeHead.MaxBytes, stream.Position);
    }

    [Theory]
    [InlineData("\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH\r\n\r\n")]
    [InlineData("HTTP/1.1 abc OK\r\n\r\n")]
    [InlineData("HTTP/2 101\r\n\r\n")]
    public void WhatIsNotHttpSaysSo(string head) =>
        Assert.Throws<InvalidDataException>(() => UpgradeHead.Parse(Encoding.ASCII.GetBytes(head)));

    [Theory]
    [InlineData("HTTP/1.1 101 x\r\nUpgrade: websocket\r\n\r\n", ExitCode.Version)]
    [InlineData("HTTP/1.1 101 x\r\n\r\n", ExitCode.Version)]
    [InlineData("HTTP/1.1 426 x\r\nUpgrade: pconnect/9\r\n\r\n", ExitCode.Version)]
    [InlineData("HTTP/1.1 404 Not Found\r\n\r\n", ExitCode.HubUnreachable)]
    [InlineData("HTTP/1.1 502 Bad Gateway\r\n\r\n", ExitCode.HubUnreachable)]
    internal void EveryOtherAnswerHasItsCode(string head, ExitCode code)
    {
        var failure = Assert.Throws<AgentFailure>(() => UpgradeHead.Parse(Encoding.ASCII.GetBytes(head)).Require(Hub));
        Assert.Equal(code, failure.Code);
        Assert.Contains("https://h:1", failure.Message, StringComparison.Ordinal);
    }

    /// <summary>Gives bytes up to the split first, then the rest.</summary>
    private sealed class SplitStream(byte[] bytes, int split) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var left = Position < split ? split - Position : Length - Position;
            return base.ReadAsync(buffer[..(int)Math.Min(buffer.Length, left)], cancellationToken);
        }
    }
}
