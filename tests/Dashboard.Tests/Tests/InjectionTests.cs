using System.Security.Cryptography;
using System.Text.Json;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Relay.Checks;
using PrivateConnect.Web.Tests.Rights;

namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>Every field that others can fill, filled with what must never run: it stands in the page as text, and nothing happens.</summary>
public sealed class InjectionTests(Site site)
{
    // The pages' own elements: what a payload would add is one of these, or carries a handler.
    private const string Foreign = """
        () => [...document.querySelectorAll('*')].filter(e =>
            ['IMG','IFRAME','VIDEO','OBJECT','EMBED','BASE','STYLE','MATH'].includes(e.tagName)
            || e.tagName === 'SCRIPT' && !new URL(e.src || 'x:', location).pathname.match(/^\/[a-z-]+(\.min)?\.js$/)
            || e.tagName === 'META' && e.httpEquiv
            || e.tagName === 'FORM' && new URL(e.action).origin !== location.origin
            || [...e.attributes].some(a => /^on|^(data-)?hx-on|^style$/.test(a.name) || /^\s*javascript:/i.test(a.value) && /href|src|action/.test(a.name)))
          .map(e => e.outerHTML.slice(0, 200))
        """;

    private const string Text =
        "() => document.body.textContent + [...document.querySelectorAll('input')].map(e => e.value).join('\\n')";

    [Fact]
    public void TheTableHasTwoHundredPayloadsAndEachIsItsOwn()
    {
        Assert.True(Payloads.All.Count >= 200, $"{Payloads.All.Count}");
        Assert.Equal(Payloads.All.Count, Payloads.All.Distinct().Count());
    }

    [Fact]
    public async Task NamesThatMachinesAndPeopleChooseStayText()
    {
        await using var hub = await FreshHub.StartAsync(site, userAgent: "<script>alert('agent')</script>");
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        var ids = new Dictionary<string, string>();
        foreach (var payload in Payloads.All)
            ids[payload] = await EnrolAsync(hub.Hub, payload);

        // A hostile agent chooses its version, names and targets; real ones only label themselves.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EnrolAsync(hub.Hub, "<img src=x onerror=alert('up')>", key);
        await using (var agent = await TestAgent.ConnectAsync(hub.Hub.Port, key, version: "<svg onload=alert('version')>"))
        {
            for (var i = 0; i < Payloads.All.Count && i < HubProcess.TunnelPortCount - 2; i++)
                Assert.IsType<ServicePublished>(await agent.AskAsync(
                    id => new PublishService(id, $"bad-{i}", Payloads.All[i * 17 % Payloads.All.Count], 0) { Publish = PublishWish.Usual }));
            // What it answers stands among the errors, with its target in words.
            await ReadAsync(page, "/", ["bad-0"]);
            await ReadAsync(page, "/services", ["bad-0", Payloads.All[0]]);
            await ReadAsync(page, "/services/bad-1", [Payloads.All[17]]);
            await ReadAsync(page, "/topology", ["<img src=x onerror=alert('up')>"]);
            await ReadAsync(page, "/agents?state=up", ["<img src=x onerror=alert('up')>", "<svg onload=alert('version')>"]);
        }

        // All of them, a page of the list at a time; the live part draws them again.
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 1; at <= (Payloads.All.Count / 25) + 1; at++)
        {
            var text = await ReadAsync(page, $"/agents?page={at}", []);
            seen.UnionWith(Payloads.All.Where(payload => text.Contains(payload, StringComparison.Ordinal)));
        }

        Assert.Empty(Payloads.All.Except(seen));
        foreach (var payload in Payloads.All.Where((_, i) => i % 20 == 0))
            await ReadAsync(page, $"/agents/{ids[payload]}", [payload]);
        await ReadAsync(page, "/account", ["<script>alert('agent')</script>"]);
    }

    [Fact]
    public async Task WhatPeopleTypeAndWhatStandsInAnAddressStaysText()
    {
        await using var hub = await FreshHub.StartAsync(site);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        foreach (var payload in Payloads.All.Where((_, i) => i % 24 == 5))
        {
            var word = Uri.EscapeDataString(payload);
            await ReadAsync(page, $"/agents?q={word}&state={word}&sort={word}&order={word}&page={word}", []);
            await ReadAsync(page, $"/services?q={word}&sort={word}", []);
            await ReadAsync(page, $"/members?after={word}", []);
            await page.GoAsync("/keys");
            await page.Find("#name").FillAsync(payload);
            await page.Find("input[value=agents]").CheckAsync();
            await page.Find("form[action*=create] button.primary").ClickAsync();
            await page.Find("pre.command").WaitForAsync();
            await SoundAsync(page, [payload]);
            await page.GoAsync("/settings");
            await page.Find("#name").FillAsync(payload);
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await page.Find(".toast").WaitForAsync();
            await ReadAsync(page, "/settings", [payload]);
            await ReadAsync(page, "/members", [payload]);
            // Its name is in the bar, and in what asks the next person in.
            await ReadAsync(page, "/account", [payload]);
        }

        await using var stranger = await hub.OpenAsync();
        foreach (var payload in Payloads.All.Where((_, i) => i % 24 == 11))
        {
            var word = Uri.EscapeDataString(payload);
            foreach (var path in new[] { "/login?to=", "/login?token=", "/login?problem=", "/setup?token=", "/invitation?token=", "/no-such/" })
                await ReadAsync(stranger, path + word, []);
        }
    }

    [Fact]
    public async Task WhatTargetsAndProgramsAreHeardToSayStaysTextInDiagnosesSharedPagesAndTheAuditLog()
    {
        await using var hub = await FreshHub.StartAsync(site);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await EnrolAsync(hub.Hub, "<img src=x onerror=alert('agent')>", key);
        await using var agent = await TestAgent.ConnectAsync(hub.Hub.Port, key);
        var said = "";
        agent.Opened = (stream, request) =>
        {
            var end = new ReportEnd();
            stream.Attach(end);
            // A certificate and a status line that a target showed, as a hostile agent may tell them.
            end.Answer(JsonSerializer.SerializeToUtf8Bytes(new
            {
                outcome = "connected",
                address = "127.0.0.1",
                connectMs = 1,
                protocol = "https",
                isDeclared = true,
                speech = "ok",
                answerMs = 1,
                isTls = true,
                certificate = new
                {
                    subject = $"CN={said}",
                    issuer = $"O={said}",
                    notBefore = "2020-01-01T00:00:00Z",
                    notAfter = "2999-01-01T00:00:00Z",
                    trust = "self-signed",
                },
                httpStatus = 500,
                httpReason = said,
            }));
        };
        Assert.IsType<ServicePublished>(await agent.AskAsync(
            id => new PublishService(id, "shown", "<svg onload=alert('target')>", 0) { Publish = PublishWish.Usual }));
        foreach (var payload in Payloads.All.Where((_, i) => i % 20 == 7))
        {
            said = payload;
            // A service is looked at once a second at most: until then the page says so.
            await Until.TrueAsync(
                async () =>
                {
                    await page.GoAsync("/services/shown/diagnostics");
                    await page.LeaveAsync(() => page.Page.GetByRole(AriaRole.Button, new() { Name = "Diagnose", Exact = true }).ClickAsync());
                    return (await page.Page.EvaluateAsync<string>(Text)).Contains($"CN={payload}", StringComparison.Ordinal);
                },
                $"a diagnosis with {payload}");
            await SoundAsync(page, [payload, "<svg onload=alert('target')>"]);
            await ReadAsync(page, "/diagnostics", []);
        }

        await page.GoAsync("/services/shown/diagnostics");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make a link" }).First.ClickAsync();
        var link = new Uri((await page.Find("#link").InnerTextAsync()).Trim());
        await using (var stranger = await hub.OpenAsync())
        {
            // The part behind the # goes into the form, and the form off, by the page's script.
            await stranger.GoAsync(link.PathAndQuery + link.Fragment);
            await SoundAsync(stranger, [said]);
            await stranger.GoAsync("/shared");
            await stranger.Find("#code").FillAsync("\"><script>alert(1)</script>");
            await stranger.LeaveAsync(() => stranger.Page.GetByRole(AriaRole.Button, new() { Name = "Show it" }).ClickAsync());
            await SoundAsync(stranger, []);
        }

        // What a program keeps in a form of its own is shown as it is.
        var raw = Payloads.All[3];
        await Site.CallAsync(hub.Hub, "POST", "/v1/diagnostics", JsonSerializer.Serialize(new { service = "shown", document = new { found = raw } }));
        await ReadAsync(page, "/diagnostics", []);
        await ReadAsync(page, "/services/shown/diagnostics", ["alert"]);

        // Objects of audit lines are names that people chose; the filter takes any text.
        foreach (var payload in Payloads.All.Where((_, i) => i % 24 == 2))
        {
            await page.GoAsync("/settings");
            await page.Find("#name").FillAsync(payload);
            await page.Page.GetByRole(AriaRole.Button, new() { Name = "Rename" }).ClickAsync();
            await page.Find(".toast").WaitForAsync();
            await ReadAsync(page, "/audit", [payload]);
            await ReadAsync(page, "/settings/quotas", [payload]);
            var word = Uri.EscapeDataString(payload);
            await ReadAsync(page, $"/audit?act={word}&actor={word}&object={word}&since={word}&until={word}&before={word}", []);
        }
    }

    [Fact]
    public async Task WhatIsTypedOnThePagesOfTargetsAndQuotasStaysText()
    {
        await using var hub = await FreshHub.StartAsync(site);
        var page = hub.Page;
        await People.SetUpAsync(page, hub.Hub);
        await EnrolAsync(hub.Hub, Payloads.All[1]);
        foreach (var payload in Payloads.All.Where((_, i) => i % 24 == 9))
        {
            var word = Uri.EscapeDataString(payload);
            await ReadAsync(page, $"/expose?target={word}&name={word}&protocol={word}&publish={word}&port={word}&agent={word}", [payload, Payloads.All[1]]);
            await ReadAsync(page, $"/settings/quotas?workspace={word}", []);
            await ReadAsync(page, $"/services/{word}", []);
            await ReadAsync(page, $"/services/{word}/diagnostics", []);
        }

        await page.GoAsync("/settings/quotas");
        await page.Find("a:has-text('Change')").First.ClickAsync();
        await page.Find("#agents").FillAsync("\"><svg on");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Save" }).ClickAsync();
        await page.Find(".problem").WaitForAsync();
        await SoundAsync(page, []);
    }

    private static async Task<string> ReadAsync(WatchedPage page, string path, IReadOnlyList<string> texts)
    {
        await page.GoAsync(path);
        return await SoundAsync(page, texts);
    }

    /// <summary>The texts are there as text, nothing foreign is, and the trap caught nothing.</summary>
    private static async Task<string> SoundAsync(WatchedPage page, IReadOnlyList<string> texts)
    {
        // A page shows what the hub's last sample had: what has just come stands there a second later.
        foreach (var wanted in texts)
            await page.Page.WaitForFunctionAsync($"wanted => ({Text})().includes(wanted)", wanted);
        var text = await page.Page.EvaluateAsync<string>(Text);
        Assert.Empty(await page.Page.EvaluateAsync<string[]>(Foreign));
        Assert.Empty(page.TakeProblems());
        return text;
    }

    private static async Task<string> EnrolAsync(HubProcess hub, string label, ECDsa? key = null)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var body = JsonSerializer.Serialize(new
        {
            publicKey = Convert.ToBase64String((key ?? own).ExportSubjectPublicKeyInfo()),
            label,
        });
        using var answer = JsonDocument.Parse(await Site.CallAsync(hub, "POST", "/v1/enrolments", body));
        return answer.RootElement.GetProperty("agentId").GetString()!;
    }
}
