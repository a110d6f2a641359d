using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Mail;

/// <summary>
/// Writes and sends mails behind the requests that ask for them: an answer never waits for the look-up or for a
/// server, so it cannot tell whether a mail was written. Bounded; what does not fit is told to who asks.
/// </summary>
public sealed class MailQueue : IAsyncDisposable
{
    // A mail server that takes 10 s a mail empties this in under an hour; beyond it, waiting helps nobody.
    private const int MaximumQueued = 1_000;
    // One slow server must not hold all; mail servers dislike more at once.
    private const int Workers = 4;

    private static readonly TimeSpan[] Delays = [TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(10)];

    private readonly Channel<Func<CancellationToken, Task<MailMessage?>>> _queue =
        Channel.CreateBounded<Func<CancellationToken, Task<MailMessage?>>>(MaximumQueued);

    private readonly CancellationTokenSource _ending = new();
    private readonly IMailTransport? _transport;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Task _loops;

    public MailQueue(IMailTransport? transport, TimeProvider time, ILogger<MailQueue> log)
    {
        _transport = transport;
        _time = time;
        _log = log;
        _loops = Task.WhenAll(Enumerable.Range(0, Workers).Select(_ => Task.Run(SendLoopAsync)));
    }

    /// <summary>This hub can send mail.</summary>
    public bool IsThere => _transport is not null;

    /// <summary>Takes a mail that is written later; null from the writer means that there is none to send.</summary>
    /// <returns>False when there is no mail here or too many wait.</returns>
    public bool TryPost(Func<CancellationToken, Task<MailMessage?>> write) =>
        _transport is not null && _queue.Writer.TryWrite(write);

    /// <summary>What still waits is lost: the links in it are short-lived and can be asked for again.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        await _ending.CancelAsync();
        await _loops;
        _ending.Dispose();
    }

    private async Task SendLoopAsync()
    {
        try
        {
            await foreach (var write in _queue.Reader.ReadAllAsync(_ending.Token))
                await SendAsync(write);
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
        }
    }

    private async Task SendAsync(Func<CancellationToken, Task<MailMessage?>> write)
    {
        try
        {
            if (await write(_ending.Token) is not { } mail) return;
            for (var tries = 0; ; tries++)
            {
                try
                {
                    await _transport!.SendAsync(mail, _ending.Token);
                    return;
                }
                catch (MailFailedException failed) when (tries < Delays.Length)
                {
                    ControlLog.MailDelayed(_log, failed.Message);
                    await Task.Delay(Delays[tries], _time, _ending.Token);
                }
            }
        }
        catch (MailFailedException failed)
        {
            ControlLog.MailLost(_log, failed.Message);
        }
        catch (Exception failure) when (failure is not OperationCanceledException)
        {
            // A defect, or the database is away: this mail is not written, the next one may be.
            ControlLog.MailNotWritten(_log, failure);
        }
    }
}
