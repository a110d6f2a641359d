using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Devices;

public sealed class UserCodeKeyTests : IAsyncDisposable
{
    private readonly TestEngine _engine = new(null);

    private string Key => Path.Combine(_engine.Folder, UserCodeKey.FileName);

    [Fact]
    public void KeyIsMadeOnceAndForItsOwnerOnly()
    {
        var hash = UserCodeKey.LoadOrMake(_engine.Folder).Hash("BCDF-GHJK");
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Key));
        Assert.Equal(hash, UserCodeKey.LoadOrMake(_engine.Folder).Hash("BCDF-GHJK"));
        File.Delete(Key);
        Assert.NotEqual(hash, UserCodeKey.LoadOrMake(_engine.Folder).Hash("BCDF-GHJK"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("0011")]
    [InlineData("no key at all")]
    public void FileThatIsNoKeyStopsTheStartInOneLine(string text)
    {
        File.WriteAllText(Key, text);
        var refused = Assert.Throws<HubStartException>(() => UserCodeKey.LoadOrMake(_engine.Folder));
        Assert.Equal(ExitCodes.DataFolder, refused.ExitCode);
        Assert.Contains("remove it", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
        Assert.Equal(text, File.ReadAllText(Key));
    }

    public ValueTask DisposeAsync() => _engine.DisposeAsync();
}
