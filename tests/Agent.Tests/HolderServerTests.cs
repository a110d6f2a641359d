using System.Net.Sockets;

namespace PrivateConnect.Agent.Tests;

/// <summary>What must not end the holder's local socket.</summary>
public sealed class HolderServerTests : IAsyncDisposable
{
    private static readonly TimeSpan Cap = TimeSpan.FromSeconds(60);

    private readonly TestFolder _folder = new();
    private readonly AgentRuntime _runtime;
    private readonly string _path;

    public HolderServerTests()
    {
        var hub = HubAddress.Parse("http://127.0.0.1:1", "--hub");
        _folder.Enrol(hub.ToString()).Dispose();
        _path = HolderAddress.Of(_folder.Open(), _ => null);
        _runtime = new AgentRuntime(new RuntimeSettings(_folder.Open(), hub, null, null, null), TimeProvider.System);
    }

    public async ValueTask DisposeAsync()
    {
        await _runtime.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task ALackOfDescriptorsIsWaitedFor()
    {
        // More often than there is room for commands: none of it may be lost.
        var left = 300;
        await using var server = HolderServer.Start(_runtime, _path, new HastyTime(), (listener, stop) =>
            left-- > 0 ? throw new SocketException((int)SocketError.TooManyOpenSockets) : listener.AcceptAsync(stop));
        Assert.Equal("connecting", (await AskAsync(HolderRequest.Status))?.State);
    }

    [Fact]
    public async Task AFailureOverACommandIsToldToItAndEndsNobodyElse()
    {
        using var hold = HolderLock.TryTake(_folder.Open());
        var server = HolderServer.Start(_runtime, _path, TimeProvider.System);
        await File.WriteAllTextAsync(_folder.Open().IdentityFile, "{}", TestContext.Current.CancellationToken);
        var told = await AskAsync(HolderRequest.Status);
        Assert.Equal((EventName.Error, (int)ExitCode.ConfigFolder, true), (told?.Event, told?.Code, told?.Final));

        // The person reads the same, and not that nobody answers.
        await using var terminal = new Terminal(TextWriter.Null, TextWriter.Null);
        var context = new CommandContext(
            new CommandOptions(null, null, null, _folder.Location, null), terminal, _ => null, TimeProvider.System);
        var failure = await Assert.ThrowsAsync<AgentFailure>(() => StatusCommand.RunAsync(context, TestContext.Current.CancellationToken));
        Assert.Contains("is damaged", failure.Message, StringComparison.Ordinal);

        await server.DisposeAsync();
        Assert.False(File.Exists(_path));
    }

    private async Task<AgentEvent?> AskAsync(string what)
    {
        using var cap = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        cap.CancelAfter(Cap);
        await using var client = await HolderClient.TryConnectAsync(_path, cap.Token);
        Assert.NotNull(client);
        Assert.True(await client.TrySendAsync(new HolderRequest(what), cap.Token));
        return await client.ReadAsync(cap.Token);
    }

    /// <summary>No pause takes long.</summary>
    private sealed class HastyTime : TimeProvider
    {
        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            base.CreateTimer(callback, state, TimeSpan.Zero, period);
    }
}
