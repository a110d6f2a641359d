using System.Text;
using System.Text.Json;

namespace PrivateConnect.Agent.Tests;

/// <summary>A reader of <c>--json</c> output that can wait for an event.</summary>
internal sealed class EventLog : TextWriter
{
    /// <summary>Generous: it is only ever reached when something is broken.</summary>
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    private readonly Lock _gate = new();
    private readonly List<AgentEvent> _events = [];
    private readonly List<string> _lines = [];
    private TaskCompletionSource _more = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Encoding Encoding => Encoding.UTF8;

    public IReadOnlyList<AgentEvent> Events
    {
        get
        {
            lock (_gate)
                return [.. _events];
        }
    }

    public string Text
    {
        get
        {
            lock (_gate)
                return string.Join('\n', _lines);
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            _lines.Add(value!);
            _events.Add(JsonSerializer.Deserialize(value!, AgentJson.Default.AgentEvent)!);
            _more.TrySetResult();
            _more = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        }
    }

    public Task<AgentEvent> WaitAsync(string name, int nth = 1) => WaitAsync(e => e.Event == name, nth, name);

    public async Task<AgentEvent> WaitAsync(Func<AgentEvent, bool> wanted, int nth = 1, string what = "the event")
    {
        var deadline = Task.Delay(Cap, TestContext.Current.CancellationToken);
        while (true)
        {
            Task more;
            lock (_gate)
            {
                if (_events.Where(wanted).Skip(nth - 1).FirstOrDefault() is { } found)
                    return found;
                more = _more.Task;
            }

            if (await Task.WhenAny(more, deadline) == deadline)
                throw new TimeoutException($"no {what} (#{nth}); seen at last:\n{string.Join('\n', Text.Split('\n').TakeLast(10))}");
        }
    }
}
