using System.Text.Json;
using System.Threading.Channels;

namespace PrivateConnect.Agent;

/// <summary>
/// All output of the program: text for people, or one JSON object a line. Writing happens on a task of its own, so a
/// reader that stopped reading (a script that wanted the first line only) never holds up the session.
/// </summary>
internal sealed class Terminal : IAsyncDisposable
{
    /// <summary>Lines kept for a slow reader; the oldest is dropped beyond it, since only the newest state matters then.</summary>
    private const int Backlog = 1024;

    /// <summary>
    /// How long the end of the program waits for a slow reader. On a busy machine the first line alone can take more than
    /// half a second, and a program that ended by then would have said nothing.
    /// </summary>
    private static readonly TimeSpan FlushLimit = TimeSpan.FromSeconds(5);

    private readonly Channel<AgentEvent> _lines = Channel.CreateBounded<AgentEvent>(
        new BoundedChannelOptions(Backlog) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly TextWriter _output;
    private readonly TextWriter _errors;
    private readonly Task _writing;

    public Terminal(TextWriter output, TextWriter errors)
    {
        (_output, _errors) = (output, errors);
        _writing = Task.Run(WriteLoop);
    }

    /// <summary>Whether events are printed as JSON; set once the command line is read.</summary>
    public bool Json { get; set; }

    public static Terminal ForProcess() => new(Console.Out, Console.Error);

    public void Write(AgentEvent happened) => _lines.Writer.TryWrite(happened);

    /// <summary>Asks for a secret without showing it; null when nobody sits at a terminal.</summary>
    public string? AskSecret(string question)
    {
        if (Console.IsInputRedirected)
            return null;
        _errors.Write(question);
        _errors.Flush();
        var secret = new System.Text.StringBuilder();
        while (true)
        {
            var key = Console.ReadKey(intercept: true);
            if (key.Key == ConsoleKey.Enter)
                break;
            if (key.Key == ConsoleKey.Backspace)
                secret.Length = Math.Max(0, secret.Length - 1);
            else if (!char.IsControl(key.KeyChar) && secret.Length < TokenSource.MaxLength)
                secret.Append(key.KeyChar);
        }

        _errors.WriteLine();
        return secret.Length == 0 ? null : secret.ToString();
    }

    /// <summary>Prints what is left, as far as the reader takes it in time.</summary>
    public async ValueTask DisposeAsync()
    {
        _lines.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(FlushLimit, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            // Nobody reads our output; the exit code still says how it ended.
        }
    }

    private async Task WriteLoop()
    {
        await foreach (var happened in _lines.Reader.ReadAllAsync())
        {
            try
            {
                WriteOne(happened);
            }
            catch (IOException)
            {
                // The reader closed our output; the tunnel goes on without it.
            }
            catch (Exception defect)
            {
                // It costs itself: what comes after it is written.
                Complain(happened, defect);
            }
        }
    }

    private void Complain(AgentEvent happened, Exception defect)
    {
        try
        {
            _errors.WriteLine(EventText.Printable($"connect: the event '{happened.Event}' cannot be shown: {DefectText.Of(defect)}; please report it"));
            _errors.Flush();
        }
        catch (IOException)
        {
            // Closed as well.
        }
    }

    private void WriteOne(AgentEvent happened)
    {
        if (Json)
        {
            // "Final" is for attached commands only.
            _output.WriteLine(JsonSerializer.Serialize(happened with { Final = null }, AgentJson.Plain.AgentEvent));
            _output.Flush();
            return;
        }

        var to = happened.Event is EventName.Error ? _errors : _output;
        foreach (var line in EventText.Lines(happened))
            to.WriteLine(EventText.Printable(line));
        to.Flush();
    }
}
