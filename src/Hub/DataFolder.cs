using System.Globalization;

namespace PrivateConnect.Hub;

/// <summary>The data folder, held by one hub at a time, and the hub's pid file in it.</summary>
public sealed class DataFolder : IDisposable
{
    private readonly FileStream _lock;
    private readonly string _pidPath;
    private bool _pidWritten;

    private DataFolder(string path, FileStream held)
    {
        _pidPath = Path.Combine(path, "hub.pid");
        _lock = held;
    }

    /// <summary>Makes the folder (0700) or takes the one that is there, whatever its mode; the secret files in it have their own.</summary>
    /// <exception cref="HubStartException">It cannot be made or written, or another hub holds it.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, SafeFile.Secret | UnixFileMode.UserExecute);
            var options = new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None };
            if (!OperatingSystem.IsWindows())
                options.UnixCreateMode = SafeFile.Secret;
            return new DataFolder(path, new FileStream(Path.Combine(path, "hub.lock"), options));
        }
        catch (UnauthorizedAccessException)
        {
            throw new HubStartException(
                ExitCodes.DataFolder, $"the data folder {path} cannot be written by this user: change its owner or set DATA_DIR");
        }
        catch (IOException e)
        {
            var inUse = Directory.Exists(path) && File.Exists(Path.Combine(path, "hub.lock"));
            throw new HubStartException(
                ExitCodes.DataFolder,
                inUse
                    ? $"the data folder {path} is in use by another hub: stop it, or set DATA_DIR"
                    : $"the data folder {path} cannot be used: {e.Message}; set DATA_DIR");
        }
    }

    /// <summary>Writes this process's id to <c>hub.pid</c>.</summary>
    public void WritePid()
    {
        SafeFile.Write(_pidPath, Environment.ProcessId.ToString(CultureInfo.InvariantCulture) + "\n", SafeFile.Readable);
        _pidWritten = true;
    }

    /// <summary>Removes the pid file and lets another hub have the folder.</summary>
    public void Dispose()
    {
        if (_pidWritten)
            File.Delete(_pidPath);
        _pidWritten = false;
        _lock.Dispose();
    }
}
