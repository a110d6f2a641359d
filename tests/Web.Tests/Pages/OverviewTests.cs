using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Live;
using PrivateConnect.Hub.Agents;
using Xunit;

namespace PrivateConnect.Web.Tests.Pages;

public sealed partial class OverviewTests
{
    [Fact]
    public async Task EmptyHubTeachesTheNextCommand()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var html = await (await site.GetAsync("/")).Content.ReadAsStringAsync();
        Assert.Contains("./connect expose localhost:5432 --name prod-db", html, StringComparison.Ordinal);
        Assert.Contains("Make the command for a new agent", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AddAnAgentShowsACommandThatEnrolsOneMachine(bool htmx)
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        using var made = await site.PostAsync("/", "/?handler=agent", [], htmx);
        var html = WebUtility.HtmlDecode(await made.Content.ReadAsStringAsync());
        Assert.Equal(!htmx, html.Contains("<!doctype html>", StringComparison.Ordinal));
        Assert.Contains("HX-Request", made.Headers.Vary);
        var pin = (await File.ReadAllTextAsync(Path.Combine(site.Folder, "hub.pin"))).Trim();
        var command = Command().Match(html);
        Assert.True(command.Success, html);
        Assert.Equal(pin, command.Groups[2].Value);

        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var agents = site.App.Services.GetRequiredService<AgentDirectory>();
        var spki = key.ExportSubjectPublicKeyInfo();
        var enrolled = await agents.EnrolAsync(spki, "laptop", command.Groups[1].Value, "127.0.0.1", CancellationToken.None);
        Assert.NotNull(enrolled.Agent);
        var home = await (await site.GetAsync("/")).Content.ReadAsStringAsync();
        Assert.Contains("laptop", home, StringComparison.Ordinal);
        Assert.Contains("away", home, StringComparison.Ordinal);
        Assert.DoesNotContain(command.Groups[1].Value, home, StringComparison.Ordinal);
    }

    [Fact]
    public async Task OneWorkspaceSeesOnlyItsOwn()
    {
        await using var site = await SiteFixture.StartAsync();
        using var setUp = await site.SetUpAsync();
        var services = site.App.Services;
        var who = (await services.GetRequiredService<AuthSessions>().FindAsync(site.Cookies["__Host-session"], CancellationToken.None))!;
        var now = DateTimeOffset.UnixEpoch;
        LiveService Service(string workspace, string name) => new(
            workspace, name, "a1", "laptop", "localhost:80", "127.0.0.1", 18500, 3, 1000, 2000, 1_500_000, 0);
        var sample = new LiveSample(
            now, [], [Service(who.WorkspaceId, "mine"), Service("other", "theirs")], 2, 11,
            [new LiveProblem(now, who.WorkspaceId, "mine", "target refused"), new LiveProblem(now, "other", "theirs", "secret")]);
        var overview = services.GetRequiredService<Overview>();
        var line = Assert.Single(overview.Services(sample, who.WorkspaceId).Lines);
        Assert.Equal(("mine", "127.0.0.1:18500", "1.50 MB/s", "3"), (line.Name, line.Address, line.In, line.Streams));
        Assert.Equal("target refused", Assert.Single(Overview.Problems(sample, who.WorkspaceId).Lines).What);
        Assert.Equal("3", overview.Tiles(sample, who.WorkspaceId).Single(tile => tile.Name == "Streams now").Value);
    }

    [Fact]
    public void SparklineDrawsTheNewestAtTheRightAndNothingForSilence()
    {
        Assert.Equal("", Sparkline.Points(new float[300], 0));
        Assert.Equal("", Sparkline.Points([], 1));
        Assert.Equal($"0,{Sparkline.Height - 1} {Sparkline.Width / 2},{Sparkline.Height - 1} {Sparkline.Width},1", Sparkline.Points([0, 0, 100], 100));
        // Of the two seconds that share a point, the higher counts.
        var points = Sparkline.Points([.. new float[598], 100, 0], 100).Split(' ');
        Assert.Equal(300, points.Length);
        Assert.Equal($"{Sparkline.Width},1", points[^1]);
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1000, "1.00 kB")]
    [InlineData(12_345, "12.3 kB")]
    [InlineData(999_600, "1.00 MB")]
    [InlineData(123_456_789, "123 MB")]
    public void BytesReadInThreeDigits(double bytes, string text) => Assert.Equal(text, Format.Bytes(bytes));

    [GeneratedRegex(@"PRIVATECONNECT_TOKEN=(pe_[0-9a-f]{48}) \./connect up --hub https://localhost:\d+ --pin (sha256:[0-9a-f]{64})")]
    private static partial Regex Command();
}
