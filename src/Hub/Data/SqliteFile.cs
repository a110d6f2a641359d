using System.Data.Common;
using System.Globalization;
using System.Runtime.Versioning;

namespace PrivateConnect.Hub.Data;

/// <summary>Makes the SQLite file before SQLite does, so that it never exists with a looser mode than 0600.</summary>
internal static class SqliteFile
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Closing a handle drops all locks that this process has on the file, SQLite's too: so a handle is opened only while
    // the file is new, and by one caller at a time.
    private static readonly Lock Preparing = new();

    public static void Prepare(string file)
    {
        var folder = Path.GetDirectoryName(file)!;
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
            return;
        }

        lock (Preparing) Create(file, folder);
    }

    [UnsupportedOSPlatform("windows")]
    private static void Create(string file, string folder)
    {
        if (!Directory.Exists(folder)) Directory.CreateDirectory(folder, OwnerOnly | UnixFileMode.UserExecute);
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.ReadWrite | FileShare.Delete,
            UnixCreateMode = OwnerOnly,
        };
        if (!File.Exists(file)) new FileStream(file, options).Dispose();
        // -wal and -shm take the mode of the main file.
        if (File.GetUnixFileMode(file) != OwnerOnly) File.SetUnixFileMode(file, OwnerOnly);
    }

    /// <summary>
    /// A writer waits for the writer before it. SQLite's own wait starts at a millisecond; the provider's retry, which it
    /// goes before, sleeps 150 ms a turn.
    /// </summary>
    public static void SetBusyTimeout(DbConnection connection, TimeSpan busy)
    {
        using var command = connection.CreateCommand();
        // A number of our own; a PRAGMA takes no parameter.
#pragma warning disable CA2100
        command.CommandText = string.Create(
            CultureInfo.InvariantCulture, $"PRAGMA busy_timeout = {(int)busy.TotalMilliseconds}");
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }
}
