using System.Data.Common;

namespace PrivateConnect.Hub.Data;

/// <summary>Makes the SQLite file before SQLite does, so that it never exists with a looser mode than 0600.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    public static void Prepare(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = OwnerOnly,
        };
        // A handle of ours that closes would drop SQLite's file locks of this process: only when the file is new.
        if (!File.Exists(file)) new FileStream(file, options).Dispose();
        // -wal and -shm take the mode of the main file.
        if (File.GetUnixFileMode(file) != OwnerOnly) File.SetUnixFileMode(file, OwnerOnly);
    }

    /// <summary>
    /// A writer waits for the writer before it (5 s, as long as a command may take). SQLite's own wait starts at a
    /// millisecond; the provider's retry, which it goes before, sleeps 150 ms a turn.
    /// </summary>
    public static void SetBusyTimeout(DbConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA busy_timeout = 5000";
        command.ExecuteNonQuery();
    }
}
