using System.Runtime.Versioning;

// The harness reads /proc and sends signals: it is for Linux, as the machines that run these suites are.
[assembly: SupportedOSPlatform("linux")]

namespace PrivateConnect.EndToEnd.Harness;

/// <summary>A temporary folder for one run that is gone when the run is over. Mode 0700: keys lie in it.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("pc-").FullName;

    public string Folder(string name)
    {
        var path = System.IO.Path.Combine(Path, name);
        Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public void Dispose()
    {
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (IOException)
        {
            // A process that is just ending may write its last file; the system's own clean-up takes the rest.
        }
    }
}
