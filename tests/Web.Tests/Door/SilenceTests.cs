using System.Net.Sockets;
using System.Security.Authentication;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Door;
using Xunit;

namespace PrivateConnect.Web.Tests.Door;

public sealed class SilenceTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task WhoSaysTooLittleIsResetAtTheDeadlineAndNotBefore(int bytes)
    {
        var clock = new FakeTimeProvider();
        await using var door = await DoorFixture.StartAsync(clock);
        using var socket = await door.ConnectAsync(door.ApiPort);
        if (bytes > 0)
            await socket.SendAsync(new byte[] { 0x16 }.AsMemory(), SocketFlags.None);
        await Wait.UntilAsync(() => door.Door.Waiting == 1);
        clock.Advance(DoorLimits.AuthenticateWithin - TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, door.Door.Waiting);
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal("reset", await Wait.EndOfAsync(socket));
        Assert.Equal(0, door.Door.Waiting);
    }

    [Fact]
    public async Task AgentThatDoesNotAuthenticateIsCutAtTheDeadline()
    {
        var clock = new FakeTimeProvider();
        await using var door = await DoorFixture.StartAsync(clock);
        var sawEnd = new TaskCompletionSource<int>();
        door.Serve = async connection => sawEnd.SetResult(await connection.Stream.ReadAsync(new byte[1]));
        await using var tls = await door.TlsAsync(door.ApiPort, SslProtocols.Tls13, "pconnect/1");
        await door.Agents.Reader.ReadAsync().AsTask().WaitAsync(Wait.Cap);
        clock.Advance(DoorLimits.AuthenticateWithin);
        await Assert.ThrowsAnyAsync<IOException>(async () =>
        {
            if (await tls.ReadAsync(new byte[1]) == 0)
                throw new IOException("ended");
        });
        Assert.Equal(0, door.Door.Waiting);
    }

    [Fact]
    public async Task AuthenticatedAgentLivesBeyondTheDeadline()
    {
        var clock = new FakeTimeProvider();
        await using var door = await DoorFixture.StartAsync(clock);
        await using var tls = await door.TlsAsync(door.ApiPort, SslProtocols.Tls13, "pconnect/1");
        await Wait.UntilAsync(() => door.Door.Waiting == 0 && door.Agents.Reader.Count == 1);
        clock.Advance(DoorLimits.AuthenticateWithin * 10);
        await tls.WriteAsync("x"u8.ToArray());
        Assert.Equal(1, await tls.ReadAsync(new byte[1]).AsTask().WaitAsync(Wait.Cap));
    }

    [Fact]
    public async Task AThousandSilentConnectionsCostABoundAndAGoodOneGetsIn()
    {
        await using var door = await DoorFixture.StartAsync(new FakeTimeProvider());
        var crowd = new List<Socket>();
        try
        {
            for (var i = 0; i < 1000; i++)
                await JoinAsync(i % 2 == 0 ? door.ApiPort : door.WebPort);
            // Whoever is still in a listen queue would enter behind the good one, and may put it out by chance.
            await Wait.UntilAsync(() => crowd.Count(s => !HasEnded(s)) == door.Door.Waiting);
            await using var tls = await door.TlsAsync(door.ApiPort, SslProtocols.Tls13, "pconnect/1");
            await door.Agents.Reader.ReadAsync().AsTask().WaitAsync(Wait.Cap);
            using var client = door.Client();
            Assert.Equal("https HTTP/1.1 Api", await client.GetStringAsync($"https://127.0.0.1:{door.ApiPort}/what"));
            Assert.InRange(door.Door.Waiting, DoorLimits.RandomDropFrom, DoorLimits.Unauthenticated);
        }
        finally
        {
            crowd.ForEach(s => s.Dispose());
        }

        await Wait.UntilAsync(() => door.Door.Waiting == 0);

        async Task JoinAsync(int port)
        {
            try
            {
                crowd.Add(await door.ConnectAsync(port));
            }
            catch (SocketException)
            {
                // Evicted before its own connect returned.
            }
        }

        // Nobody sends to the crowd: whoever is readable was reset.
        static bool HasEnded(Socket socket) => socket.Poll(TimeSpan.Zero, SelectMode.SelectRead);
    }

    [Fact]
    public async Task OneAddressGetsSixteenPlacesAndLoopbackAsManyAsThereAre()
    {
        var room = new WaitingRoom();
        using var one = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        var stranger = System.Net.IPAddress.Parse("192.0.2.7");
        var guests = Enumerable.Range(0, DoorLimits.UnauthenticatedPerSource)
            .Select(_ => room.TryEnter(one, stranger, TimeProvider.System)).ToList();
        Assert.All(guests, Assert.NotNull);
        Assert.Null(room.TryEnter(one, stranger, TimeProvider.System));
        Assert.NotNull(room.TryEnter(one, System.Net.IPAddress.Loopback, TimeProvider.System));
        Assert.True(guests[3]!.Leave());
        Assert.NotNull(room.TryEnter(one, stranger, TimeProvider.System));
        room.EvictAll();
        Assert.Equal(0, room.Count);
        Assert.False(guests[5]!.Leave());
        for (var i = 0; i < 2 * DoorLimits.Unauthenticated; i++)
            Assert.NotNull(room.TryEnter(one, System.Net.IPAddress.IPv6Loopback, TimeProvider.System));
        Assert.InRange(room.Count, DoorLimits.RandomDropFrom, DoorLimits.Unauthenticated);
        room.EvictAll();
        await Task.CompletedTask;
    }
}
