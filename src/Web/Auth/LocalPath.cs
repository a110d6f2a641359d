namespace PrivateConnect.Web.Auth;

/// <summary>Where to go after a log-in: a path of this dashboard and nothing that a browser could read as another site.</summary>
internal static class LocalPath
{
    // Ours are short; what is longer is nobody's.
    private const int MaximumLength = 300;

    /// <summary>The path itself when it is one, else the overview.</summary>
    public static string Of(string? path) => IsOne(path) ? path! : "/";

    private static bool IsOne(string? path)
    {
        if (path is null || path.Length is 0 or > MaximumLength || path[0] != '/')
            return false;
        if (path.Length > 1 && path[1] is '/' or '\\')
            return false;
        foreach (var c in path)
            if (!char.IsAscii(c) || char.IsControl(c) || c is '\\' or ' ')
                return false;
        return true;
    }
}
