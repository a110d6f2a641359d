using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Agent;

/// <summary>Where the holder's local socket is: in the config folder, or where that path is too long for a socket, in a private folder named after it.</summary>
internal static class HolderAddress
{
    /// <summary>sun_path holds 108 bytes with the terminating zero.</summary>
    public const int MaxBytes = 107;

    private const string SocketName = "agent.sock";
    private const int HashDigits = 16;

    /// <summary>The path; the same for every command that is given the same folder. Makes the fallback's folder.</summary>
    public static string Of(ConfigFolder folder, Func<string, string?> environment)
    {
        var path = Path.Combine(folder.Location, SocketName);
        if (Fits(path))
            return path;
        var name = "privateconnect-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(folder.Location)))[..HashDigits];
        var parent = environment("XDG_RUNTIME_DIR") is { Length: > 0 } runtime && Path.IsPathRooted(runtime) && Directory.Exists(runtime)
            ? runtime
            : SharedParent();
        path = Path.Combine(parent, name, SocketName);
        if (!Fits(path))
            path = Path.Combine(SharedParent(), name, SocketName);
        if (!Fits(path))
            throw new AgentFailure(ExitCode.ConfigFolder, $"{path} is too long for a local socket: choose a shorter folder with --config");
        MakePrivate(Path.GetDirectoryName(path)!);
        return path;
    }

    private static bool Fits(string path) => Encoding.UTF8.GetByteCount(path) <= MaxBytes;

    /// <summary>Root may enter folders that others made in the temporary directory, so it uses one where they cannot.</summary>
    private static string SharedParent() =>
        OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess && Directory.Exists("/run") ? "/run" : Path.GetTempPath();

    private static void MakePrivate(string folder)
    {
        try
        {
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return;
            }

            const UnixFileMode owner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
            Directory.CreateDirectory(folder, owner);
            if (new DirectoryInfo(folder).LinkTarget is not null)
                throw new IOException("it is a link");

            // Works for the owner only: a folder that somebody else made under this name is noticed here.
            File.SetUnixFileMode(folder, owner);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"cannot use {folder} for the local socket: {error.Message.TrimEnd('.')}; choose a shorter folder with --config");
        }
    }
}
