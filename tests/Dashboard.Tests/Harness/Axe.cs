using System.Diagnostics;
using System.Text.Json;

namespace PrivateConnect.Dashboard.Tests.Harness;

/// <summary>axe-core in the page: rules of WCAG 2.2 AA and good practice; each finding as one line.</summary>
internal static class Axe
{
    private const string Ask = """
        async () => {
          const found = await axe.run(document, {
            runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'], resultTypes: ['violations'] });
          return found.violations.flatMap(v => v.nodes.map(n => `${v.id}: ${n.target} ${n.failureSummary.replaceAll('\n', ' ')} ${n.html.slice(0, 160)}`));
        }
        """;

    private static readonly Task<string> s_script = LoadAsync();

    public static async Task<IReadOnlyList<string>> FindAsync(IPage page)
    {
        if (!await page.EvaluateAsync<bool>("() => 'axe' in window"))
            await page.EvaluateAsync(await s_script);
        var found = await page.EvaluateAsync<JsonElement>(Ask);
        return [.. found.EnumerateArray().Select(line => line.GetString()!)];
    }

    private static async Task<string> LoadAsync()
    {
        using var install = Process.Start(new ProcessStartInfo(Path.Combine(RepositoryRoot.Path, "tests/install-axe.sh"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var error = install.StandardError.ReadToEndAsync();
        var path = (await install.StandardOutput.ReadToEndAsync()).Trim();
        await install.WaitForExitAsync();
        return install.ExitCode == 0
            ? await File.ReadAllTextAsync(path)
            : throw new InvalidOperationException($"tests/install-axe.sh ended with {install.ExitCode}: {await error}");
    }
}
