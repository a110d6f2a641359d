using System.Diagnostics;
using Xunit;

namespace PrivateConnect.Web.Tests;

public sealed class ScriptTests
{
    [Theory]
    [InlineData("run.sh")]
    [InlineData("connect")]
    [InlineData("test.sh")]
    [InlineData(".ci/run")]
    [InlineData("scripts/build.sh")]
    [InlineData("scripts/demo.sh")]
    public async Task ScriptParses(string script)
    {
        using var bash = Process.Start(new ProcessStartInfo("bash", ["-n", Path.Combine(Root(), script)])
        {
            RedirectStandardError = true,
        })!;
        var said = await bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.True(bash.ExitCode == 0, said);
    }

    [Fact]
    public async Task UnbuiltTreeSaysSoAndEndsWith3()
    {
        using var copy = new TempFolder();
        Directory.CreateDirectory(copy.File("scripts"));
        foreach (var file in new[] { "run.sh", "scripts/build.sh" })
            File.Copy(Path.Combine(Root(), file), copy.File(file));
        using var bash = Process.Start(new ProcessStartInfo("bash", [copy.File("run.sh"), "--no-build"])
        {
            RedirectStandardError = true,
        })!;
        var said = await bash.StandardError.ReadToEndAsync();
        await bash.WaitForExitAsync();
        Assert.Equal(3, bash.ExitCode);
        Assert.Contains("Nothing is built", said, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder!.FullName, "PrivateConnect.sln")))
            folder = folder.Parent;
        return folder.FullName;
    }
}
