using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.Tests.Support;
using Xunit;

namespace PrivateConnect.Hub.Tests.Mail;

public sealed class MailQueueTests
{
    private const string Secret = "pl_0123456789";

    private readonly FakeTimeProvider _time = new();
    private readonly Lines _log = new();

    [Fact]
    public async Task FailedMailIsTriedThreeTimesAndNoLogLineHoldsIt()
    {
        var tries = 0;
        await using var queue = new MailQueue(new Transport(() =>
        {
            Interlocked.Increment(ref tries);
            throw new MailFailedException("the mail server is away");
        }), _time, _log);
        Assert.True(queue.TryPost(Write));
        await Until.TrueAsync(() => Task.FromResult(_log.All.Any(line => line.Contains("given up", StringComparison.Ordinal))),
            "the last try", () => _time.Advance(TimeSpan.FromSeconds(1)));
        Assert.Equal(3, tries);
        Assert.Equal(3, _log.All.Count);
        Assert.All(_log.All, line => Assert.DoesNotContain(Secret, line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task MailThatCannotBeWrittenStopsNoOther()
    {
        var sent = 0;
        await using var queue = new MailQueue(new Transport(() => Interlocked.Increment(ref sent)), _time, _log);
        for (var mail = 0; mail < 10; mail++)
        {
            Assert.True(queue.TryPost(_ => throw new InvalidOperationException("a mistake")));
            Assert.True(queue.TryPost(_ => Task.FromResult<MailMessage?>(null)));
            Assert.True(queue.TryPost(Write));
        }

        await Until.TrueAsync(() => Task.FromResult(Volatile.Read(ref sent) == 10 && _log.All.Count == 10), "ten mails");
    }

    [Fact]
    public async Task FullQueueSaysNo()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var queue = new MailQueue(new Transport(() => { }, release.Task), _time, _log);
        var taken = 0;
        while (queue.TryPost(Write)) taken++;
        Assert.InRange(taken, 1_000, 1_004);
        release.SetResult();
        await Until.TrueAsync(() => Task.FromResult(queue.TryPost(Write)), "room again");
    }

    [Fact]
    public async Task WithoutMailOnlyDevelopmentHasAWayAndThatIsTheTerminal()
    {
        var terminal = new StringWriter();
        Assert.Null(MailOptions.Transport(new HubOptions(), terminal));
        var transport = MailOptions.Transport(new HubOptions { Development = true }, terminal)!;
        await transport.SendAsync(new MailMessage("ada@example.org", "Hello", Secret), TestContext.Current.CancellationToken);
        Assert.Contains(Secret, terminal.ToString(), StringComparison.Ordinal);
        var mail = new MailOptions("hub@example.org", null, SmtpAddress.Parse("smtp://localhost"));
        Assert.IsType<SmtpTransport>(MailOptions.Transport(new HubOptions { Development = true, Mail = mail }, terminal));
        Assert.IsType<ResendTransport>(
            MailOptions.Transport(new HubOptions { Mail = mail with { ResendKey = "re_x" } }, terminal));
    }

    private static Task<MailMessage?> Write(CancellationToken ct) =>
        Task.FromResult<MailMessage?>(new MailMessage("ada@example.org", "Hello", Secret));

    private sealed class Transport(Action send, Task? wait = null) : IMailTransport
    {
        public async Task SendAsync(MailMessage mail, CancellationToken ct)
        {
            if (wait is not null) await wait.WaitAsync(ct);
            send();
        }
    }

    private sealed class Lines : ILogger<MailQueue>
    {
        public ConcurrentQueue<string> All { get; } = new();

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => All.Enqueue($"{formatter(state, exception)} {exception}");
    }
}
