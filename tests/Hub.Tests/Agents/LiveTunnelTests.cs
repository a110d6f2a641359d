using System.Net;
using PrivateConnect.Hub.Agents;
using Xunit;

namespace PrivateConnect.Hub.Tests.Agents;

public sealed class LiveTunnelTests
{
    [Fact]
    public void EachByteIsCountedOnceAndNothingAfterTheEnd()
    {
        var live = new LiveTunnel(new PublishedService.Guest(null, IPAddress.Loopback, "visitor", default));
        Assert.Equal(new TunnelTally(1, 10, 20), live.TryCount(10, 20));
        Assert.Equal(new TunnelTally(1, 5, 0), live.TryCount(15, 20));
        Assert.Equal(new TunnelTally(1, 1, 2), live.End(16, 22));
        Assert.Null(live.TryCount(16, 22));
    }
}
