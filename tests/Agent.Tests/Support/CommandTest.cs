namespace PrivateConnect.Agent.Tests;

/// <summary>Two agents' folders, and what tests of running commands ask again and again.</summary>
public abstract class CommandTest : IDisposable
{
    private protected static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    private protected readonly TestFolder _folder = new();
    private protected readonly TestFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<string> EndsWithAsync(ExitCode code, WorkItem item)
    {
        await using var command = new TestCommand(_folder.Location, items: item);
        Assert.Equal(code, await command.Ended.WaitAsync(Cap, TestContext.Current.CancellationToken));
        return (await command.Log.WaitAsync(EventName.Error)).Text!;
    }

    private protected async Task<AgentEvent> StatusAsync()
    {
        var log = new EventLog();
        await using var terminal = new Terminal(log, log) { Json = true };
        var context = new CommandContext(
            new CommandOptions(null, null, null, _folder.Location, null), terminal, _ => null, TimeProvider.System);
        await StatusCommand.RunAsync(context, TestContext.Current.CancellationToken);
        return await log.WaitAsync(EventName.Status);
    }

    private protected static Task Until(Func<bool> condition) => Until(() => Task.FromResult(condition()));

    private protected static async Task Until(Func<Task<bool>> condition)
    {
        using var cap = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cap.CancelAfter(Cap);
        while (!await condition())
            await Task.Delay(20, cap.Token);
    }
}
