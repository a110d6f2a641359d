using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Web.Tests.Pages;
using Xunit;

namespace PrivateConnect.Web.Tests.Rights;

/// <summary>
/// The workspace's bandwidth holds for streams that live, both ways together. The hub's clock stands still: no more than one
/// full bucket gets through, whatever way it goes.
/// </summary>
public sealed class BandwidthTests : IAsyncLifetime
{
    private const int Bucket = 16 * 1024;
    private const int Load = 16 * Bucket;

    // A rest of less than a step waits for more, and frames have headers.
    private const int Least = Bucket - 2 * 1024;

    // A turn of each of the two loops and of the visitor may have looked before the others spent.
    private const int Most = 4 * Bucket;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private RightsFixture _hub = null!;
    private TestAgent _exposer = null!;
    private TestAgent _reacher = null!;
    private int _port;

    private enum Way
    {
        Upload,
        Download,
        Reach,
    }

    public async ValueTask InitializeAsync()
    {
        _listener.Start();
        _hub = await RightsFixture.StartAsync();
        (_exposer, _) = await _hub.AgentAsync("exposer");
        (_reacher, _) = await _hub.AgentAsync("reacher");
        var published = await _exposer.ExposeAsync("db", ((IPEndPoint)_listener.LocalEndpoint).Port);
        _port = Assert.IsType<ServicePublished>(published).Port;
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _listener.Dispose();
    }

    [Theory]
    [InlineData(nameof(Way.Upload))]
    [InlineData(nameof(Way.Download))]
    [InlineData(nameof(Way.Reach))]
    public async Task QuotaThatIsSetHoldsAtOnceForStreamsThatLiveAndLetsGoAtOnce(string way)
    {
        using var load = await OpenAsync(Enum.Parse<Way>(way));
        await SetAsync(800_000);
        load.Start();
        await Door.Wait.UntilAsync(() => load.Got >= Least);
        await QuietAsync();
        Assert.InRange(load.Got, Least, Most);
        Assert.False(load.Done.IsCompleted);
        // Another one takes its place, with a full bucket.
        await SetAsync(900_000);
        await Door.Wait.UntilAsync(() => load.Got >= 2 * Least);
        await QuietAsync();
        Assert.InRange(load.Got, 2 * Least, 2 * Most);
        await SetAsync(null);
        await load.Done.WaitAsync(Door.Wait.Cap);
    }

    [Fact]
    public async Task AllWaysShareOneBucket()
    {
        using var upload = await OpenAsync(Way.Upload);
        using var download = await OpenAsync(Way.Download);
        using var reach = await OpenAsync(Way.Reach);
        await SetAsync(800_000);
        upload.Start();
        await Door.Wait.UntilAsync(() => upload.Got >= Least);
        download.Start();
        reach.Start();
        await QuietAsync();
        Assert.InRange(upload.Got, Least, Most);
        Assert.InRange(download.Got + reach.Got, 0, Bucket - Least);
        await SetAsync(null);
        await Task.WhenAll(upload.Done, download.Done, reach.Done).WaitAsync(Door.Wait.Cap);
    }

    [Fact]
    public async Task AnotherWorkspacesQuotaIsNotMine()
    {
        await _hub.Get<Quotas>().SetAsync(
            await NewWorkspaceAsync(), WorkspaceQuota.None with { Bandwidth = 64_000 }, "test", "", CancellationToken.None);
        using var load = await OpenAsync(Way.Download);
        load.Start();
        await load.Done.WaitAsync(Door.Wait.Cap);
    }

    private Task SetAsync(long? bits) =>
        _hub.Get<Quotas>().SetAsync(_hub.Workspace, WorkspaceQuota.None with { Bandwidth = bits }, "test", "", CancellationToken.None);

    private async Task<string> NewWorkspaceAsync()
    {
        var id = Guid.CreateVersion7().ToString("D");
        await using var connection = _hub.Get<PrivateConnect.Hub.Data.Database>().CreateConnection();
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = $"INSERT INTO workspaces (id, slug, name, created_at) VALUES ('{id}', 'o', 'o', '2026-01-01T00:00:00.000Z')";
        await command.ExecuteNonQueryAsync();
        return id;
    }

    /// <summary>Both agents got so many answers over their sessions that what was free to go went before them.</summary>
    private async Task QuietAsync()
    {
        for (var i = 0; i < 50; i++)
        {
            await _exposer.FindAsync("db");
            await _reacher.FindAsync("db");
        }
    }

    private async Task<Transfer> OpenAsync(Way way)
    {
        var accepted = _listener.AcceptSocketAsync();
        var client = way == Way.Reach ? (await _reacher.ReachAsync("db")).Client : await SitePeople.VisitAsync(_port);
        var service = await accepted.WaitAsync(Door.Wait.Cap);
        return way == Way.Upload ? new Transfer(client, service) : new Transfer(service, client);
    }

    /// <summary>Bytes from one socket to the other through the tunnel between them.</summary>
    private sealed class Transfer(Socket from, Socket to) : IDisposable
    {
        private int _got;

        public int Got => Volatile.Read(ref _got);

        public Task Done { get; private set; } = Task.CompletedTask;

        public void Start()
        {
            _ = from.SendAsync(new byte[Load]);
            Done = ReadAsync();
        }

        public void Dispose()
        {
            from.Dispose();
            to.Dispose();
        }

        private async Task ReadAsync()
        {
            var buffer = new byte[Load];
            while (Got < Load)
            {
                var n = await to.ReceiveAsync(buffer);
                if (n == 0)
                    throw new IOException("ended");
                Interlocked.Add(ref _got, n);
            }
        }
    }
}
