using System.Security.Cryptography;
using System.Text.Json;

namespace PrivateConnect.Agent;

/// <summary>The folder that holds one agent's identity, key, lock and local socket. Nobody else may read it.</summary>
internal sealed class ConfigFolder
{
    /// <summary>No identity or key is longer; what is longer is not ours.</summary>
    private const int MaxFileBytes = 64 * 1024;

    private const UnixFileMode OwnerFolder = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OwnerFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~OwnerFolder;

    private ConfigFolder(string path) => Location = path;

    /// <summary>Absolute path.</summary>
    public string Location { get; }

    public string LockFile => Path.Combine(Location, "agent.lock");

    public string IdentityFile => Path.Combine(Location, "identity.json");

    public string RotationLockFile => Path.Combine(Location, "rotate.lock");

    public string KeyFile => Path.Combine(Location, "key.pem");

    /// <summary>The key that takes the place of <see cref="KeyFile"/> once the hub has it; there only while that is open.</summary>
    public string NextKeyFile => Path.Combine(Location, "key.next.pem");

    public bool IsEnrolled => File.Exists(IdentityFile);

    /// <summary>The folder's path by option, environment and default.</summary>
    public static string Choose(string? option, Func<string, string?> environment)
    {
        if (!string.IsNullOrEmpty(option))
            return Path.GetFullPath(option);
        if (environment("CONNECT_CONFIG") is { Length: > 0 } named)
            return Path.GetFullPath(named);
        var home = environment("XDG_CONFIG_HOME") is { Length: > 0 } xdg && Path.IsPathRooted(xdg)
            ? xdg
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".config");
        return Path.Combine(home, "privateconnect");
    }

    /// <summary>Opens the folder, making it when it does not exist.</summary>
    public static ConfigFolder Open(string path)
    {
        var folder = new ConfigFolder(Path.GetFullPath(path));
        Guard(path, () => folder.Prepare());
        return folder;
    }

    public Identity ReadIdentity() => Guard(IdentityFile, () =>
    {
        var identity = JsonSerializer.Deserialize(ReadPrivate(IdentityFile), AgentJson.Default.Identity);
        if (identity is not { AgentId: not null, Label: not null, Workspace: not null, Hub: not null })
            throw new JsonException();
        return identity;
    });

    public ECDsa ReadKey() => ReadKey(KeyFile);

    /// <summary>The key of a change that is not over; null when there is none.</summary>
    public ECDsa? ReadNextKey() => File.Exists(NextKeyFile) ? ReadKey(NextKeyFile) : null;

    public void SaveNextKey(ECDsa key) =>
        Guard(NextKeyFile, () => WritePrivate(NextKeyFile, key.ExportPkcs8PrivateKeyPem() + "\n"));

    public void ForgetNextKey() => Guard(NextKeyFile, () => File.Delete(NextKeyFile));

    /// <summary>The hub has the new key: it takes the old one's place, in one step. Done already is done.</summary>
    public void PromoteNextKey() => Guard(NextKeyFile, () =>
    {
        try
        {
            File.Move(NextKeyFile, KeyFile, overwrite: true);
        }
        catch (FileNotFoundException)
        {
            // Another command of this folder saw it first.
        }
    });

    /// <summary>Writes key and identity; the identity last, since its presence says "enrolled".</summary>
    public void Save(Identity identity, ECDsa key)
    {
        Guard(KeyFile, () => WritePrivate(KeyFile, key.ExportPkcs8PrivateKeyPem() + "\n"));
        Save(identity);
    }

    public void Save(Identity identity) => Guard(IdentityFile, () =>
        WritePrivate(IdentityFile, JsonSerializer.Serialize(identity, AgentJson.Plain.Identity) + "\n"));

    /// <summary>Forgets the identity; the identity first, so that a half-done logout is a logout.</summary>
    public void Forget() => Guard(Location, () =>
    {
        File.Delete(IdentityFile);
        File.Delete(KeyFile);
        File.Delete(NextKeyFile);
    });

    private static ECDsa ReadKey(string file) => Guard(file, () =>
    {
        var key = ECDsa.Create();
        key.ImportFromPem(ReadPrivate(file));
        return key;
    });

    private void Prepare()
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(Location);
            return;
        }

        if (!Directory.Exists(Location))
            Directory.CreateDirectory(Location, OwnerFolder);
        var mode = File.GetUnixFileMode(Location);
        if ((mode & Others) == 0)
            return;

        // An empty folder holds no secret yet, so making it private is safe; a used one may have been read already.
        if (Directory.EnumerateFileSystemEntries(Location).Any())
            throw Loose(Location, "700");
        File.SetUnixFileMode(Location, OwnerFolder);
    }

    private static string ReadPrivate(string file)
    {
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & Others) != 0)
            throw Loose(file, "600");
        if (new FileInfo(file).Length > MaxFileBytes)
            throw new JsonException();
        return File.ReadAllText(file);
    }

    private static void WritePrivate(string file, string content)
    {
        var fresh = file + ".new";
        File.Delete(fresh);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerFile;
        using (var writer = new StreamWriter(new FileStream(fresh, options)))
        {
            writer.Write(content);
            writer.Flush();
            ((FileStream)writer.BaseStream).Flush(flushToDisk: true);
        }

        File.Move(fresh, file, overwrite: true);
    }

    private static AgentFailure Loose(string path, string mode) =>
        new(ExitCode.ConfigFolder, $"others may read {path}: run  chmod {mode} '{path}'");

    private static void Guard(string path, Action work) => Guard(path, () =>
    {
        work();
        return true;
    });

    private static T Guard<T>(string path, Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"cannot use {path}: {error.Message.TrimEnd('.')}; choose another folder with --config or CONNECT_CONFIG");
        }
        catch (Exception error) when (error is JsonException or CryptographicException or ArgumentException or NotSupportedException)
        {
            throw new AgentFailure(ExitCode.ConfigFolder,
                $"{path} is damaged: remove identity.json and key.pem there (connect logout) and enrol again");
        }
    }
}
