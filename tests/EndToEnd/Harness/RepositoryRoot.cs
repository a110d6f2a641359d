namespace PrivateConnect.EndToEnd.Harness;

/// <summary>The folder of the solution, found upwards from where this program was built.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(System.IO.Path.Combine(folder.FullName, "PrivateConnect.sln")))
                return folder.FullName;
        throw new InvalidOperationException(
            $"No PrivateConnect.sln above {AppContext.BaseDirectory}: run this from a build inside the repository.");
    }
}
