namespace PrivateConnect.Agent;

/// <summary>
/// Who holds the identity's session on this machine: an exclusive lock on a file in the config folder, which the kernel
/// gives back however the holder ends.
/// </summary>
internal sealed class HolderLock : IDisposable
{
    private readonly FileStream _file;

    private HolderLock(FileStream file) => _file = file;

    /// <summary>Takes the lock, or returns null while another process has it.</summary>
    public static HolderLock? TryTake(ConfigFolder folder) => TryTake(folder.LockFile);

    /// <summary>The same on a file of its own, for work that needs no session.</summary>
    public static HolderLock? TryTake(string file)
    {
        var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        try
        {
            return new HolderLock(new FileStream(file, options));
        }
        catch (UnauthorizedAccessException error)
        {
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"cannot write {file}: {error.Message.TrimEnd('.')}; choose another folder with --config or CONNECT_CONFIG");
        }
        catch (IOException) when (File.Exists(file))
        {
            return null;
        }
        catch (IOException error)
        {
            throw new AgentFailure(ExitCode.ConfigFolder, $"cannot write {file}: {error.Message}");
        }
    }

    public void Dispose() => _file.Dispose();
}
