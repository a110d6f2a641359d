namespace PrivateConnect.EndToEnd.Harness;

/// <summary>Makes sure, once per run, that <c>./run.sh --no-build</c> and <c>./connect</c> start what this tree holds.</summary>
internal static class BuiltProduct
{
    /// <summary>A first build publishes hub and agent, the agent ahead of time: minutes on a small machine.</summary>
    private static readonly TimeSpan LongestBuild = TimeSpan.FromMinutes(10);

    // Started by the first use of this class and shared by all.
    private static readonly Task Build = BuildAsync();

    public static Task EnsureAsync() => Build;

    private static async Task BuildAsync()
    {
        foreach (var name in new[] { "run.sh", "connect" })
            if (!File.Exists(Path.Combine(RepositoryRoot.Path, name)))
                throw new InvalidOperationException(
                    $"{RepositoryRoot.Path}/{name} is missing: these tests drive the product through it.");

        await using var build = ChildProcess.Start(
            "run.sh --build-only", Path.Combine(RepositoryRoot.Path, "run.sh"), ["--build-only"], null, RepositoryRoot.Path);
        var code = await build.WaitForExitAsync(LongestBuild);
        if (code != 0)
            throw new InvalidOperationException($"./run.sh --build-only ended with {code}: nothing to test.\n{build.Transcript}");
    }
}
