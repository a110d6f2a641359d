using System.Text.Json;

namespace PrivateConnect.Agent.Tests;

public sealed class OutputTests
{
    [Fact]
    public void AnExposedEventIsOneLineWithEventServiceAndPortFirst()
    {
        var happened = new AgentEvent(EventName.Exposed)
        {
            Hub = "https://h:1",
            Target = "localhost:1",
            Address = "127.0.0.1",
            Port = 23000,
            Service = "db",
        };
        Assert.Equal(
            """{"event":"exposed","service":"db","port":23000,"address":"127.0.0.1","target":"localhost:1","hub":"https://h:1"}""",
            JsonSerializer.Serialize(happened, AgentJson.Plain.AgentEvent));
    }

    [Fact]
    public void AListeningEventBeginsWithServiceAndPort() => Assert.StartsWith(
        """{"event":"listening","service":"db","port":5432,""",
        JsonSerializer.Serialize(
            new AgentEvent(EventName.Listening) { Service = "db", Port = 5432, Address = "127.0.0.1" }, AgentJson.Plain.AgentEvent),
        StringComparison.Ordinal);

    [Fact]
    public void ExposedNamesTheCommandForTheOtherSide() => Assert.Contains(
        EventText.Lines(new AgentEvent(EventName.Exposed) { Service = "db", Port = 23000, Address = "127.0.0.1", Target = "localhost:1" }),
        line => line.Contains("connect reach db", StringComparison.Ordinal));

    [Fact]
    public void StatusShowsTheLastProblemWithItsAge()
    {
        var status = new AgentEvent(EventName.Status)
        {
            State = "connected",
            RoundTripMs = 0.42,
            Hub = "https://h:1",
            Label = "box",
            Services = [new ServiceStatus("db", "expose", "up", "localhost:5432", 23000, 2, 7, 1536, 0, "target localhost:5432 refused the connection", 12)],
        };
        var text = string.Join('\n', EventText.Lines(status));
        Assert.Contains("target localhost:5432 refused the connection, 12 s ago", text, StringComparison.Ordinal);
        Assert.Contains("round trip 0.4 ms", text, StringComparison.Ordinal);
        Assert.Contains("1.5 KiB", text, StringComparison.Ordinal);
    }

    [Fact]
    public void StatusShowsRatesAndWhatHoldsThemBackOnlyWhereSomethingDoes()
    {
        var service = new ServiceStatus("db", "expose", "up", "localhost:5432", 23000, 1, 1, 0, 0, null, null);
        ServiceStatus[] services =
        [
            service with { InRate = 6_250_000, OutRate = 125, InFactor = "reader", OutFactor = "limit" },
            service with { InRate = 0, InFactor = "none", OutFactor = "source" },
        ];
        var lines = EventText.Lines(new AgentEvent(EventName.Status) { Services = services }).ToList();
        Assert.Contains("50 Mbit/s", lines[^2], StringComparison.Ordinal);
        Assert.Contains("1 kbit/s", lines[^2], StringComparison.Ordinal);
        Assert.Contains("in: reader, out: limit", lines[^2], StringComparison.Ordinal);
        Assert.DoesNotContain("source", lines[^1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(10, 0, 0, "-")]
    [InlineData(20, 0, 0, "weight 20")]
    [InlineData(20, 50_000_000, 1_500_000, "weight 20, limit 50M, floor 1500k")]
    [InlineData(10, 100_001, 0, "limit 100001")]
    public void StatusShowsTheShareInTheWordsOfItsOptions(int weight, long limit, long floor, string words)
    {
        var service = new ServiceStatus("db", "expose", "up", "localhost:5432", 23000, 1, 1, 0, 0, null, null) { Share = new(weight, limit, floor) };
        var lines = EventText.Lines(new AgentEvent(EventName.Status) { Services = [service] }).ToList();
        var column = lines[^2].IndexOf("SHARE", StringComparison.Ordinal);
        Assert.Equal(words, lines[^1][column..lines[^2].IndexOf("HELD BACK BY", StringComparison.Ordinal)].TrimEnd());
    }

    [Theory]
    [InlineData("64k", 64_000)]
    [InlineData("50M", 50_000_000)]
    [InlineData("1.5g", 1_500_000_000)]
    [InlineData("100000", 100_000)]
    public void RatesAreBitsASecondInThousands(string text, long bits) => Assert.Equal(bits, ShareOptions.ParseRate(text, "--limit"));

    [Theory]
    [InlineData("")]
    [InlineData("M")]
    [InlineData("-1M")]
    [InlineData("0")]
    [InlineData("63k")]
    [InlineData("50MB")]
    [InlineData("99999999999999999999999999999G")]
    [InlineData("1001G")]
    public void ABadRateNamesItsOptionAndWhatIsAllowed(string text)
    {
        var failure = Assert.Throws<AgentFailure>(() => ShareOptions.ParseRate(text, "--limit"));
        Assert.Contains("--limit", failure.Message, StringComparison.Ordinal);
        Assert.Contains("64k to 1000G", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TextsOfTheHubCannotDriveTheTerminal() => Assert.Equal("a?[2Jb", EventText.Printable("a\u001b[2Jb"));

    [Fact]
    public async Task AReaderThatStoppedReadingHoldsNobodyUp()
    {
        using var stuck = new StuckWriter();
        var terminal = new Terminal(stuck, stuck) { Json = true };
        for (var i = 0; i < 100_000; i++)
            terminal.Write(new AgentEvent(EventName.Reconnecting));
        await terminal.DisposeAsync();
        stuck.Release();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task AnEventThatCannotBeWrittenCostsItselfAlone(bool json)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        var terminal = new Terminal(output, errors) { Json = json };
        // No number of JSON, and no line of text.
        terminal.Write(new AgentEvent(EventName.Status) { RoundTripMs = double.NaN, Services = [null!] });
        terminal.Write(new AgentEvent(EventName.Stopped));
        await terminal.DisposeAsync();
        Assert.EndsWith(json ? "{\"event\":\"stopped\"}\n" : "Stopped.\n", output.ToString(), StringComparison.Ordinal);
        var line = Assert.Single(errors.ToString().TrimEnd('\n').Split('\n'));
        Assert.StartsWith("connect: the event 'status' cannot be shown: a defect of connect: ", line, StringComparison.Ordinal);
    }

    [Fact]
    public void TheDocumentListsEveryExitCodeAndEvent()
    {
        var document = File.ReadAllText(Path.Combine(Root(), "docs", "agent-commands.md"));
        foreach (var code in Enum.GetValues<ExitCode>())
            Assert.Contains($"| {(int)code} |", document, StringComparison.Ordinal);
        foreach (var name in typeof(EventName).GetFields().Select(field => (string)field.GetRawConstantValue()!))
            Assert.Contains($"`{name}`", document, StringComparison.Ordinal);
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "PrivateConnect.sln")))
            folder = Path.GetDirectoryName(folder)!;
        return folder;
    }

    private sealed class StuckWriter : StringWriter
    {
        private readonly ManualResetEventSlim _gate = new();

        public void Release() => _gate.Set();

        public override void WriteLine(string? value) => _gate.Wait();

        protected override void Dispose(bool disposing)
        {
            _gate.Set();
            base.Dispose(disposing);
        }
    }
}
