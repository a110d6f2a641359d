using System.Text.RegularExpressions;

namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>What holds for each page, whoever looks.</summary>
public sealed class EveryPageTests(Site site)
{
    // A small phone, a phone, a laptop, a wall.
    private static readonly int[] s_widths = [320, 390, 1440, 3840];

    public static TheoryData<string, Eyes> Pages => PageList.All;

    [Fact]
    public void NoPageOfTheProgramIsForgottenNeitherByTheTestsNorByThePictures()
    {
        Assert.True(PageList.Routes.Count > 20, $"only {string.Join(", ", PageList.Routes)}");
        var visited = PageList.All.Select(row => row.Data.Item1).ToList();
        Assert.DoesNotContain(PageList.Routes, route => !visited.Exists(path => PageList.IsOf(route, path)));
        Assert.DoesNotContain(PageList.Routes, route => !Screenshots.Paths.Any(path => PageList.IsOf(route, path)));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task PageIsSoundAccessibleAndFitsEveryScreen(string path, Eyes eyes)
    {
        await using var page = await site.OpenAsync(PageList.State(site, eyes));
        var answer = await page.GoAsync(PageList.Path(site, path));
        Assert.True(answer.Status < 500, $"{path} answered {answer.Status}");
        Assert.NotEqual("", await page.Page.TitleAsync());
        var problems = new List<string>();
        foreach (var scheme in new[] { ColorScheme.Light, ColorScheme.Dark })
        {
            await page.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            foreach (var width in new[] { 1440, 390 })
            {
                await page.Page.SetViewportSizeAsync(width, 900);
                problems.AddRange((await Axe.FindAsync(page.Page)).Select(found => $"{scheme} {width}: {found}"));
            }
        }

        foreach (var width in s_widths)
        {
            await page.Page.SetViewportSizeAsync(width, 900);
            var excess = await page.Page.EvaluateAsync<int>(
                "() => document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (excess > 0) problems.Add($"{width} px: {excess} px too wide");
        }

        problems.AddRange(page.TakeProblems());
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task KeyboardReachesEverythingSeesWhereItIsAndGetsOut(string path, Eyes eyes)
    {
        await using var page = await site.OpenAsync(PageList.State(site, eyes));
        await page.GoAsync(PageList.Path(site, path));
        await page.Page.EvaluateAsync(Keyboard.StartAtTop);
        var problems = new List<string>();
        var count = await page.Page.EvaluateAsync<int>(Keyboard.CountTabStops);
        var reached = 0;
        // A field for a date takes several presses, and what a live part brings meanwhile is met in the second round.
        for (var i = 0; i < 3 * count && reached < count; i++)
        {
            await page.Page.Keyboard.PressAsync("Tab");
            if (await page.Page.EvaluateAsync<string?>(Keyboard.DescribeFocus) is { Length: > 0 } problem) problems.Add(problem);
            if (i == 0 && await page.Page.EvaluateAsync<string>("() => document.activeElement.className") != "skip")
                problems.Add("the first stop is not the link to the content");
            reached = await page.Page.EvaluateAsync<int>("() => stops.size");
        }

        if (reached < count) problems.Add($"{reached} of {count} stops were reached by {3 * count} presses of Tab");
        Assert.True(problems.Count == 0, string.Join('\n', problems));

        await page.Find(".skip").FocusAsync();
        await page.Page.Keyboard.PressAsync("Enter");
        // Asked again until it holds. WaitForURLAsync looks once and then waits for an event, which may come in between.
        await Assertions.Expect(page.Page).ToHaveURLAsync(new Regex("#main$"));
    }
}
