namespace PrivateConnect.Agent.Tests;

public sealed class ConfigFolderTests : IDisposable
{
    private const UnixFileMode Loose = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead;

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void MakesAPrivateFolderAndPrivateFiles()
    {
        var path = Path.Combine(_folder.Location, "deep", "er");
        var folder = ConfigFolder.Open(path);
        using var key = System.Security.Cryptography.ECDsa.Create(System.Security.Cryptography.ECCurve.NamedCurves.nistP256);
        var identity = new Identity("id", "lä\"bel", "ws", "https://h:1", "sha256:00");
        folder.Save(identity, key);

        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(path));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(folder.IdentityFile));
        Assert.Equal((UnixFileMode)0b110_000_000, File.GetUnixFileMode(folder.KeyFile));
        Assert.Equal(identity, ConfigFolder.Open(path).ReadIdentity());
        using var again = folder.ReadKey();
        Assert.Equal(key.ExportSubjectPublicKeyInfo(), again.ExportSubjectPublicKeyInfo());
        Assert.Equal(2, Directory.GetFiles(path).Length);
    }

    [Fact]
    public void MakesAnEmptyFolderPrivate()
    {
        File.SetUnixFileMode(_folder.Location, Loose);
        _folder.Open();
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(_folder.Location));
    }

    [Fact]
    public void RefusesALooseFolderInUse()
    {
        _folder.Enrol("https://h:1").Dispose();
        File.SetUnixFileMode(_folder.Location, Loose);
        var failure = Assert.Throws<AgentFailure>(_folder.Open);
        Assert.Equal(ExitCode.ConfigFolder, failure.Code);
        Assert.Contains($"chmod 700 '{_folder.Location}'", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void RefusesALooseKey()
    {
        _folder.Enrol("https://h:1").Dispose();
        var folder = _folder.Open();
        File.SetUnixFileMode(folder.KeyFile, (UnixFileMode)0b110_100_000);
        var failure = Assert.Throws<AgentFailure>(folder.ReadKey);
        Assert.Contains($"chmod 600 '{folder.KeyFile}'", failure.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("{\"agentId\":1}")]
    [InlineData("not json")]
    public void SaysWhatToDoWithADamagedIdentity(string content)
    {
        _folder.Enrol("https://h:1").Dispose();
        var folder = _folder.Open();
        File.WriteAllText(folder.IdentityFile, content);
        var failure = Assert.Throws<AgentFailure>(folder.ReadIdentity);
        Assert.Equal(ExitCode.ConfigFolder, failure.Code);
        Assert.Contains("connect logout", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SaysWhatToDoWithADamagedKey()
    {
        _folder.Enrol("https://h:1").Dispose();
        var folder = _folder.Open();
        File.WriteAllText(folder.KeyFile, "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n");
        Assert.Equal(ExitCode.ConfigFolder, Assert.Throws<AgentFailure>(folder.ReadKey).Code);
    }

    [Fact]
    public void ChoosesByOptionThenVariableThenDefault()
    {
        var variables = new Dictionary<string, string> { ["CONNECT_CONFIG"] = "/v", ["XDG_CONFIG_HOME"] = "/x" };
        Assert.Equal("/o", ConfigFolder.Choose("/o", variables.GetValueOrDefault));
        Assert.Equal("/v", ConfigFolder.Choose(null, variables.GetValueOrDefault));
        variables.Remove("CONNECT_CONFIG");
        Assert.Equal("/x/privateconnect", ConfigFolder.Choose(null, variables.GetValueOrDefault));
        variables.Remove("XDG_CONFIG_HOME");
        Assert.EndsWith("/.config/privateconnect", ConfigFolder.Choose(null, variables.GetValueOrDefault), StringComparison.Ordinal);
    }

    [Fact]
    public void ASecondHolderIsRefusedUntilTheFirstLetsGo()
    {
        var folder = _folder.Open();
        using (var first = HolderLock.TryTake(folder))
        {
            Assert.NotNull(first);
            Assert.Null(HolderLock.TryTake(folder));
        }

        using var second = HolderLock.TryTake(folder);
        Assert.NotNull(second);
    }

    [Fact]
    public void ALongPathFallsBackToTheSamePrivateFolderEachTime()
    {
        var folder = ConfigFolder.Open(Path.Combine(_folder.Location, new string('x', 120)));
        var runtime = Directory.CreateDirectory(Path.Combine(_folder.Location, "run")).FullName;
        string? Variable(string name) => name == "XDG_RUNTIME_DIR" ? runtime : null;

        var path = HolderAddress.Of(folder, Variable);
        Assert.StartsWith(runtime, path, StringComparison.Ordinal);
        Assert.Equal(path, HolderAddress.Of(folder, Variable));
        Assert.Equal((UnixFileMode)0b111_000_000, File.GetUnixFileMode(Path.GetDirectoryName(path)!));
        var without = HolderAddress.Of(folder, _ => null);
        Assert.True(System.Text.Encoding.UTF8.GetByteCount(without) <= HolderAddress.MaxBytes, without);
        Directory.Delete(Path.GetDirectoryName(without)!);
    }

    [Fact]
    public void ALinkInPlaceOfTheFallbackFolderIsRefused()
    {
        var folder = ConfigFolder.Open(Path.Combine(_folder.Location, new string('x', 120)));
        string? Variable(string name) => name == "XDG_RUNTIME_DIR" ? _folder.Location : null;
        var made = Path.GetDirectoryName(HolderAddress.Of(folder, Variable))!;
        Directory.Delete(made);
        Directory.CreateSymbolicLink(made, Path.GetTempPath());
        Assert.Equal(ExitCode.ConfigFolder, Assert.Throws<AgentFailure>(() => HolderAddress.Of(folder, Variable)).Code);
    }
}
