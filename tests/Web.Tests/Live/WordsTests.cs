using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Web.Live;
using Xunit;

namespace PrivateConnect.Web.Tests.Live;

/// <summary>Words that pages have for what the hub knows by names.</summary>
public sealed class WordsTests
{
    [Theory]
    [InlineData("Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0", "Firefox 150 on Linux")]
    [InlineData("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Safari/537.36 Edg/156.0.0.0", "Edge 156 on Windows")]
    [InlineData("Mozilla/5.0 (Linux; Android 16; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0.0.0 Mobile Safari/537.36", "Chrome 156 on Android")]
    [InlineData("Mozilla/5.0 (iPhone; CPU iPhone OS 26_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.0 Mobile/15E148 Safari/604.1", "Safari 26 on iPhone")]
    [InlineData("curl/8.5.0", "curl/8.5.0")]
    [InlineData("Version/<b>", "Version/<b>")]
    [InlineData("Firefox/", "Firefox")]
    [InlineData("", "unknown")]
    public void BrowserIsCalledAsPeopleCallIt(string says, string name) => Assert.Equal(name, BrowserName.Of(says));

    [Fact]
    public void UnknownBrowserIsCut() => Assert.Equal(81, BrowserName.Of(new string('x', 5000)).Length);

    [Fact]
    public void EveryCauseOfAnEndHasWords()
    {
        foreach (var cause in Enum.GetValues<StreamError>().Except([StreamError.None, StreamError.InternalError, StreamError.UnknownService]))
            Assert.NotEqual(cause.ToString(), EndWords.Of(cause.ToString()));
        Assert.Equal("NewerCause", EndWords.Of("NewerCause"));
    }

    [Fact]
    public void EveryScopeSaysWhatItAllows() => Assert.All(Scopes.All, scope => Assert.NotEqual("", Scopes.Means(scope)));

    [Theory]
    [InlineData(0, "0 streams")]
    [InlineData(1, "1 stream")]
    [InlineData(1200, "1,200 streams")]
    public void OneOfSomethingIsNotMany(long count, string words) => Assert.Equal(words, Format.Count(count, "stream"));
}
