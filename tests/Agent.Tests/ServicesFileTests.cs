using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent.Tests;

public sealed class ServicesFileTests
{
    [Fact]
    public void ReadsBothSectionsInShortAndLongForm()
    {
        const string text = """
            # what this machine offers
            services:
              prod-db: localhost:5432
              web: { target: "[::1]:8080", port: 23005 }
              shared: { target: localhost:1, weight: 20, limit: 50M, floor: 1.5M }
              shop: { target: localhost:2, publish: network, allow: 10.0.0.0/8  192.0.2.7 }
              quoted: '127.0.0.1:1'
            reach:
              billing: { port: 9000 }
              short: 9001
              search:
            """;
        Assert.Equal(
            [
                new WorkItem(WorkKind.Expose, "prod-db", "localhost:5432", 0),
                new WorkItem(WorkKind.Expose, "web", "[::1]:8080", 23005),
                new WorkItem(WorkKind.Expose, "shared", "localhost:1", 0, Share: new ServiceShare(20, 50_000_000, 1_500_000)),
                new WorkItem(WorkKind.Expose, "shop", "localhost:2", 0, Publish: "network", Allow: "10.0.0.0/8 192.0.2.7"),
                new WorkItem(WorkKind.Expose, "quoted", "127.0.0.1:1", 0),
                new WorkItem(WorkKind.Reach, "billing", null, 9000),
                new WorkItem(WorkKind.Reach, "short", null, 9001),
                new WorkItem(WorkKind.Reach, "search", null, 0),
            ],
            ServicesFile.Parse(new StringReader(text), "f").Items);
    }

    [Fact]
    public void ReadsTheMemoryPromise() =>
        Assert.Equal("24M", ServicesFile.Parse(new StringReader("memory: 24M\nreach:\n  a:"), "f").Memory);

    [Theory]
    [InlineData("", 1, "empty")]
    [InlineData("- a", 1, "services")]
    [InlineData("services:", 1, "names")]
    [InlineData("services: {}", 1, "no service")]
    [InlineData("tunnels:\n  a: b:1", 1, "allowed are services, reach and memory")]
    [InlineData("services:\n  A_: b:1", 2, "is no name")]
    [InlineData("services:\n  a: b:1\n  a: b:2", 3, "twice")]
    [InlineData("services:\n  a: nothing", 2, "not a target")]
    [InlineData("services:\n  a: { target: b:1, limit: 1M, floor: 2M }", 2, "floor lies above the limit")]
    [InlineData("services:\n  a:", 2, "no target")]
    [InlineData("services:\n  a: { target: b:1, host: c }", 2, "allowed is target, port, weight, limit, floor, publish and allow")]
    [InlineData("services:\n  a: { target: b:1, port: 99999 }", 2, "is no port")]
    [InlineData("services:\n  a: [b]", 2, "host:port")]
    [InlineData("services:\n  a: &x b:1\n  c: *x", 3, "here belongs")]
    [InlineData("reach:\n  a: { publish: off }", 2, "allowed is port")]
    [InlineData("reach:\n  a: { target: b:1 }", 2, "allowed is port")]
    [InlineData("services:\n  a: \"b:1", 2, "not YAML")]
    [InlineData("services: {a: {target: {b: c}}}", 1, "a value")]
    public void SaysTheLineAndWhatIsAllowed(string text, int line, string what)
    {
        var failure = Assert.Throws<AgentFailure>(() => ServicesFile.Parse(new StringReader(text), "f.yml"));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Contains(what, failure.Message, StringComparison.Ordinal);
        Assert.Contains($"line {line}", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Theory]
    [InlineData("publish: world", "publish 'world': give off")]
    [InlineData("allow: here", "allow 'here': give an address or network")]
    public void WrongWordsNameTheFieldAndWhatIsAllowed(string field, string what)
    {
        var failure = Assert.Throws<AgentFailure>(
            () => ServicesFile.Parse(new StringReader($"services:\n  a: {{ target: b:1, {field} }}"), "f.yml"));
        Assert.Equal(ExitCode.Usage, failure.Code);
        Assert.Contains($"--file f.yml: {what}", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AMissingFileNamesTheOption()
    {
        var failure = Assert.Throws<AgentFailure>(() => ServicesFile.Read("/nowhere/services.yml"));
        Assert.StartsWith("--file", failure.Message, StringComparison.Ordinal);
    }
}
