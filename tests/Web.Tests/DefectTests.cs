using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Data;
using PrivateConnect.Testing;
using Xunit;

namespace PrivateConnect.Web.Tests;

/// <summary>A service of the hub that ends by a defect: whoever keeps hubs running must see it end.</summary>
public sealed class DefectTests
{
    [Fact]
    public async Task ServiceThatFailsEndsTheHubInOrder()
    {
        using var folder = new TempFolder();
        using var data = DataFolder.Open(folder.Path);
        await using var database = await Database.OpenAsync(null, folder.Path, TimeProvider.System, CancellationToken.None);
        var first = FreePorts.Range(11);
        var options = new HubOptions { Port = 0, WebPort = 0, DataDir = folder.Path, FirstTunnelPort = first, LastTunnelPort = first + 10 };
        var fail = new TaskCompletionSource();
        await using var app = HubProgram.Build(options, database, services => services
            .AddLogging(log => log.ClearProviders()).AddHostedService(_ => new Failing(fail.Task)));
        var terminal = new StringWriter();
        var running = app.RunHubAsync(data, terminal, Task.Delay(Timeout.Infinite, TestContext.Current.CancellationToken));
        await Door.Wait.UntilAsync(() => running.IsCompleted || terminal.ToString().Contains("--pin", StringComparison.Ordinal));
        Assert.False(running.IsCompleted);
        fail.SetException(new InvalidOperationException("a defect"));
        Assert.Equal(ExitCodes.Defect, await running.WaitAsync(Door.Wait.Cap));
    }

    private sealed class Failing(Task until) : BackgroundService
    {
        protected override Task ExecuteAsync(CancellationToken stoppingToken) => until;
    }
}
