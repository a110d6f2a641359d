namespace PrivateConnect.Hub;

/// <summary>Files that are either absent, old or complete, never half written.</summary>
internal static class SafeFile
{
    public const UnixFileMode Secret = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public const UnixFileMode Readable = Secret | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    /// <summary>Writes beside the file and renames over it. The mode holds from the first byte on.</summary>
    public static void Write(string path, string text, UnixFileMode mode)
    {
        var beside = $"{path}.{Environment.ProcessId}.tmp";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = mode;
        using (var writer = new StreamWriter(beside, options))
            writer.Write(text);
        File.Move(beside, path, overwrite: true);
    }
}
