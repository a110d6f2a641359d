using System.Net;
using System.Text.RegularExpressions;
using PrivateConnect.EndToEnd.Streams;

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>What a person sees of traffic while it flows.</summary>
[Trait("Category", Suites.Lifecycle)]
public sealed partial class DashboardTests : IAsyncLifetime
{
    private readonly Tunnel _tunnel = new();
    private readonly FloodTarget _flood = new();

    public async ValueTask InitializeAsync() => await _tunnel.StartHubAsync();

    public async ValueTask DisposeAsync()
    {
        await _tunnel.DisposeAsync();
        await _flood.DisposeAsync();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task RatesRiseWhileBytesFlowAndFallToZeroAfterwards(bool byName)
    {
        var port = await _tunnel.ExposeAsync("flood", _flood.Port);
        if (byName) port = await _tunnel.ReachAsync("flood");
        using var browser = new Browser(_tunnel.Hub.WebPort);
        await browser.SetUpAsync(_tunnel.Hub.Process);
        var page = await browser.GetAsync("/");
        Assert.Contains("<b>flood</b>", page, StringComparison.Ordinal);

        using (var visitor = await Peer.ConnectAsync(port))
        {
            using var enough = new CancellationTokenSource();
            var reading = visitor.DiscardAsync(enough.Token);
            await Until.TrueAsync(
                async () =>
                {
                    var row = await RowAsync(browser);
                    return row["Streams"] == "1" && row["From it"].EndsWith("B/s", StringComparison.Ordinal);
                },
                "the page shows the stream and its rate");
            await enough.CancelAsync();
            Assert.True(await reading > 0);
        }

        await Until.TrueAsync(
            async () => await RowAsync(browser) is { } row && row["Streams"] == "0" && row["From it"] == "0 B/s",
            "the page shows that nothing flows any more");
    }

    /// <summary>The cells of the service's row by their labels.</summary>
    private static async Task<Dictionary<string, string>> RowAsync(Browser browser)
    {
        var fragment = await browser.GetAsync("/");
        var row = fragment[fragment.IndexOf("<b>flood</b>", StringComparison.Ordinal)..];
        row = row[..row.IndexOf("</tr>", StringComparison.Ordinal)];
        return Cell().Matches(row).ToDictionary(cell => cell.Groups[1].Value, cell => WebUtility.HtmlDecode(cell.Groups[2].Value));
    }

    [GeneratedRegex("<td data-label=\"([A-Za-z ]+)\" class=\"num[a-z ]*\">([^<]*)</td>")]
    private static partial Regex Cell();
}
