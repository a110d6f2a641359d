using System.Security.Cryptography;

namespace PrivateConnect.Agent.Tests;

/// <summary>A private temporary folder that goes with the test.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Location { get; } = Directory.CreateTempSubdirectory("pc-agent-").FullName;

    public ConfigFolder Open() => ConfigFolder.Open(Location);

    /// <summary>Makes it an enrolled agent's folder.</summary>
    public ECDsa Enrol(string hub, string? pin = null)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        Open().Save(new Identity("agent-1", "box", "default", hub, pin), key);
        return key;
    }

    public void Dispose() => Directory.Delete(Location, recursive: true);
}
