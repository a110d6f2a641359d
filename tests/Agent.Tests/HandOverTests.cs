using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Agent.Tests;

/// <summary>Several commands on one folder, with a hub that is away: who holds, who attaches, who takes over.</summary>
public sealed class HandOverTests : IDisposable
{
    /// <summary>Nothing listens on port 1 of a test machine.</summary>
    private const string NoHub = "http://127.0.0.1:1";

    private readonly TestFolder _folder = new();

    public HandOverTests() => _folder.Enrol(NoHub).Dispose();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task TheFirstHoldsTheSecondAttachesAndTakesOverWhenTheFirstEnds()
    {
        await using var first = new TestCommand(_folder.Location, isUp: true);
        await first.Log.WaitAsync(EventName.Reconnecting);
        await using var second = new TestCommand(_folder.Location, isUp: true, items: TestCommand.Expose("seconds"));
        var attached = await second.Log.WaitAsync(EventName.Attached);
        Assert.Equal(Environment.ProcessId, attached.Holder);

        Assert.Equal(ExitCode.Ok, await first.StopAsync());
        await WaitForStatusAsync(services: 1);
        await using var third = new TestCommand(_folder.Location, isUp: true);
        await third.Log.WaitAsync(EventName.Attached);
        await second.Log.WaitAsync(EventName.Reconnecting, 2);
        Assert.Equal(ExitCode.Ok, await third.StopAsync());
        Assert.Equal(ExitCode.Ok, await second.StopAsync());
    }

    [Fact]
    public async Task OfManyWaitingOneTakesOverAndTheOthersAttachToIt()
    {
        await using var first = new TestCommand(_folder.Location, isUp: true);
        await first.Log.WaitAsync(EventName.Reconnecting);
        var others = Enumerable.Range(0, 6).Select(_ => new TestCommand(_folder.Location, isUp: true)).ToList();
        foreach (var other in others)
            await other.Log.WaitAsync(EventName.Attached);
        await first.StopAsync();

        // Each ends in turn; those that are left always find one holder among them.
        while (others.Count > 1)
        {
            await WaitForStatusAsync(services: 0);
            Assert.Equal(ExitCode.Ok, await others[0].StopAsync());
            others.RemoveAt(0);
        }

        await WaitForStatusAsync(services: 0);
        Assert.Equal(ExitCode.Ok, await others[0].StopAsync());
        Assert.Equal("stopped", (await StatusAsync()).State);
    }

    [Fact]
    public async Task WorkThatWasHandedOverIsListedAndGoesWithItsCommand()
    {
        await using var up = new TestCommand(_folder.Location, isUp: true, items: [TestCommand.Expose("mine", "localhost:1111", 23007)]);
        await up.Log.WaitAsync(EventName.Reconnecting);
        await using var other = new TestCommand(_folder.Location, isUp: true, items: [TestCommand.Expose("theirs"), TestCommand.Reach("far")]);
        await other.Log.WaitAsync(EventName.Attached);
        var status = await WaitForStatusAsync(services: 3);
        Assert.Equal(["mine", "theirs", "far"], status.Services!.Select(s => s.Service));
        Assert.Equal(["expose", "expose", "reach"], status.Services!.Select(s => s.Kind));
        Assert.Equal("localhost:1111", status.Services![0].Target);
        Assert.Equal("connecting", status.State);
        Assert.Contains("nothing listens", status.Text, StringComparison.Ordinal);

        await other.StopAsync();
        await WaitForStatusAsync(services: 1);
        await up.StopAsync();
        Assert.Equal("stopped", (await StatusAsync()).State);
    }

    [Fact]
    public async Task StatusTellsAThousandServices()
    {
        var items = Enumerable.Range(0, 1_000).Select(i => TestCommand.Expose($"service-number-{i:000}", "target-of-it.example.org:5432")).ToArray();
        await using var up = new TestCommand(_folder.Location, isUp: true, items: items);
        await up.Log.WaitAsync(EventName.Reconnecting);
        var status = await WaitForStatusAsync(services: items.Length);
        Assert.Equal(items.Select(item => item.Service), status.Services!.Select(service => service.Service));
        Assert.Equal(("connecting", null), (status.State, status.More));
    }

    [Fact]
    public void TheLongestServicesOfALineFit()
    {
        // No character takes more bytes: JSON writes one that is none of Unicode's as \uFFFF.
        var target = new string('\uffff', 253) + ":65535";
        var service = new ServiceStatus(
            new string('a', ServiceName.MaxLength), "expose", "refused", target, 65535, long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue,
            StreamProblem.Describe(StreamError.TargetForbidden, target), long.MaxValue)
        {
            Share = new ServiceShare(ServiceShare.MaxWeight, ServiceShare.MaxRate, ServiceShare.MaxRate),
            InRate = long.MaxValue,
            OutRate = long.MaxValue,
            BytesHeld = long.MaxValue,
            InFactor = "connection",
            OutFactor = "connection",
            AddedWaitMs = 1e9 / 3,
            Window = int.MaxValue,
            PeerWindow = int.MaxValue,
        };
        var whole = new AgentEvent(EventName.Status) { Services = [.. Enumerable.Repeat(service, StatusParts.ServicesPerLine * 2 + 1)] };
        var parts = StatusParts.Split(whole).ToList();
        Assert.Equal([true, true, null], parts.Select(part => part.More));
        Assert.All(parts, part => Assert.InRange(
            JsonSerializer.SerializeToUtf8Bytes(part, AgentJson.Plain.AgentEvent).Length, 1, JsonLines.MaxLineBytes / 2));
        Assert.Equal(whole.Services, StatusParts.Join(parts).Services);
    }

    [Fact]
    public async Task AnExposeBesideAnUpEndsWhenTheHubIsAway()
    {
        await using var up = new TestCommand(_folder.Location, isUp: true);
        await up.Log.WaitAsync(EventName.Reconnecting);
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("a"));
        Assert.Equal(ExitCode.HubUnreachable, await expose.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(up.Ended.IsCompleted);
    }

    [Fact]
    public async Task ANameThatIsExposedHereAlreadyIsRefused()
    {
        await using var up = new TestCommand(_folder.Location, isUp: true, items: TestCommand.Expose("twice"));
        await WaitForStatusAsync(services: 1);
        await using var other = new TestCommand(_folder.Location, isUp: true, items: TestCommand.Expose("twice"));
        var error = await other.Log.WaitAsync(EventName.Error);
        Assert.Equal((int)ExitCode.ServiceRefused, error.Code);
        Assert.Contains("already exposed", error.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnotherHubThanTheHoldersIsRefused()
    {
        await using var up = new TestCommand(_folder.Location, isUp: true);
        await up.Log.WaitAsync(EventName.Reconnecting);
        await using var other = new TestCommand(_folder.Location, isUp: true, hub: HubAddress.Parse("http://127.0.0.1:2", "--hub"));
        Assert.Equal(ExitCode.Usage, await other.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task GarbageOnTheLocalSocketHarmsNobody()
    {
        await using var up = new TestCommand(_folder.Location, isUp: true);
        await up.Log.WaitAsync(EventName.Reconnecting);
        var path = HolderAddress.Of(_folder.Open(), _ => null);
        foreach (var garbage in new[] { "\n", "null\n", "[]\n", "{\"do\":\"x\"}\n", "{\"do\":\"work\",\"items\":[null]}\n",
            "{\"do\":\"work\",\"items\":[{\"kind\":\"Expose\"}]}\n", "{\"do\":\"work\",\"items\":[{\"kind\":7,\"service\":\"a\"}]}\n", new string('x', JsonLines.MaxLineBytes + 1) })
        {
            using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), TestContext.Current.CancellationToken);
            await socket.SendAsync(Encoding.UTF8.GetBytes(garbage), TestContext.Current.CancellationToken);
            Assert.Equal(0, await ReadToEndAsync(socket));
        }

        Assert.Equal("connecting", (await StatusAsync()).State);
        Assert.False(up.Ended.IsCompleted);
    }

    [Fact]
    public async Task TheFirstFailureEndsAnExposeAndTheSocketIsGone()
    {
        await using var expose = new TestCommand(_folder.Location, items: TestCommand.Expose("a"));
        Assert.Equal(ExitCode.HubUnreachable, await expose.Ended.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken));
        Assert.False(File.Exists(HolderAddress.Of(_folder.Open(), _ => null)));
    }

    private static async Task<int> ReadToEndAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1024], TestContext.Current.CancellationToken).AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        }
        catch (SocketException error) when (error.SocketErrorCode is SocketError.ConnectionReset)
        {
            return 0;
        }
    }

    private async Task<AgentEvent> WaitForStatusAsync(int services)
    {
        while (true)
        {
            var status = await StatusAsync();
            if (status.State != "stopped" && status.Services!.Count == services)
                return status;
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }

    private async Task<AgentEvent> StatusAsync()
    {
        var log = new EventLog();
        await using var terminal = new Terminal(log, log) { Json = true };
        var context = new CommandContext(
            new CommandOptions(null, null, null, _folder.Location, null), terminal, _ => null, TimeProvider.System);
        await StatusCommand.RunAsync(context, TestContext.Current.CancellationToken);
        return await log.WaitAsync(EventName.Status);
    }
}
