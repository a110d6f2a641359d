using PrivateConnect.Protocol.Frames;
using Xunit;

namespace PrivateConnect.Relay.Tests;

/// <summary>How a promise is read and divided, and which mappings a process may forget; pure.</summary>
public sealed class MemoryPromiseTests
{
    private const long MiB = 1024 * 1024;

    [Theory]
    [InlineData("24M", 24 * MiB)]
    [InlineData("24m", 24 * MiB)]
    [InlineData("30000K", 30_000 * 1024)]
    [InlineData("2G", 2048 * MiB)]
    public void ReadsWholeSizesWithAUnit(string text, long bytes)
    {
        Assert.True(MemoryPromise.TryParse(text, out var read));
        Assert.Equal(bytes, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("24")]
    [InlineData("0M")]
    [InlineData("-1M")]
    [InlineData("1.5G")]
    [InlineData("24MB")]
    [InlineData("24 M")]
    [InlineData("99999999999G")]
    public void TakesNothingElse(string? text) => Assert.False(MemoryPromise.TryParse(text, out _));

    [Fact]
    public void TheSmallestItNamesIsTheSmallestItTakes()
    {
        Assert.False(MemoryPromise.TryMake(MiB, 13 * MiB, 6 * MiB, 0, out _, out var smallest));
        Assert.False(MemoryPromise.TryMake(smallest - 1, 13 * MiB, 6 * MiB, 0, out _, out _));
        Assert.True(MemoryPromise.TryMake(smallest, 13 * MiB, 6 * MiB, 0, out var promise, out _));
        Assert.Equal(promise.Bytes, promise.Heap + 13 * MiB);
        Assert.Equal(promise.Heap, promise.Queues + 6 * MiB);
        Assert.False(MemoryPromise.TryMake(smallest, 13 * MiB, 6 * MiB, 23 * MiB, out _, out smallest));
        Assert.Equal(23 * MiB, smallest);
    }

    [Theory]
    [InlineData(20)]
    [InlineData(24)]
    [InlineData(256)]
    [InlineData(4096)]
    public void WindowsAndSocketBuffersStayWithinTheWireAndTheKernel(int size)
    {
        Assert.True(MemoryPromise.TryMake(size * MiB, 13 * MiB, 6 * MiB, 0, out var promise, out _));
        Assert.InRange(promise.InitialWindow, ProtocolLimits.MinInitialWindow, ProtocolLimits.MaxInitialWindow);
        Assert.Equal(0, promise.InitialWindow % ProtocolLimits.MinInitialWindow);
        Assert.InRange(promise.SocketBuffer, 16 * 1024, (int)MiB);
    }
}
