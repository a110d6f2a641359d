namespace PrivateConnect.Agent.Tests;

/// <summary>One running connect command, in this process: its output, its end, and a way to stop it.</summary>
internal sealed class TestCommand : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Terminal _terminal;

    public TestCommand(string folder, bool isUp = false, HubAddress? hub = null, string? pin = null, string? token = null, params WorkItem[] items)
    {
        _terminal = new Terminal(Log, Log) { Json = true };
        var context = new CommandContext(
            new CommandOptions(hub, pin, null, folder, null), _terminal,
            name => name == TokenSource.Variable ? token : null, TimeProvider.System);
        Ended = Task.Run(() => RunAsync(new SessionCommand(context, new CommandWork(isUp, items, context))));
    }

    public EventLog Log { get; } = new();

    public Task<ExitCode> Ended { get; }

    public static WorkItem Expose(string name, string target = "localhost:9", int port = 0) => new(WorkKind.Expose, name, target, port);

    public static WorkItem Reach(string name, int port = 0) => new(WorkKind.Reach, name, null, port);

    public async Task<ExitCode> StopAsync()
    {
        await _stop.CancelAsync();
        return await Ended.WaitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _terminal.DisposeAsync();
    }

    private async Task<ExitCode> RunAsync(SessionCommand command)
    {
        try
        {
            return await command.RunAsync(_stop.Token);
        }
        catch (AgentFailure failure)
        {
            _terminal.Write(AgentEvent.Failed(failure.Code, failure.Message));
            return failure.Code;
        }
    }
}
