namespace PrivateConnect.Agent;

/// <summary>
/// Runs a command that needs the session: holds it when nobody does, else hands its work to the holder, and when that
/// one ends tries to hold it in turn.
/// </summary>
internal sealed class SessionCommand(CommandContext context, CommandWork work)
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(50);

    /// <summary>A holder answers at once; one that asks a person for a key, or hangs, does not.</summary>
    private static readonly TimeSpan HolderLimit = TimeSpan.FromSeconds(10);

    /// <summary>Until cancelled (0) or done, or until an <see cref="AgentFailure"/>.</summary>
    public async Task<ExitCode> RunAsync(CancellationToken cancellation)
    {
        var folder = context.OpenFolder();
        var path = HolderAddress.Of(folder, context.Environment);
        try
        {
            var waitingSince = context.Time.GetTimestamp();
            while (true)
            {
                cancellation.ThrowIfCancellationRequested();
                using (var hold = HolderLock.TryTake(folder))
                {
                    if (hold is not null)
                        await HoldAsync(folder, path, cancellation);
                }

                if (!work.IsDone && await AttachAsync(path, cancellation))
                    waitingSince = context.Time.GetTimestamp();
                if (work.IsDone)
                    return work.Result;
                if (context.Time.GetElapsedTime(waitingSince) > HolderLimit)
                    throw new AgentFailure(ExitCode.ConfigFolder,
                        $"another connect command uses {folder.Location} and does not answer (is it asking for a key?); end it or use another --config");
                await Task.Delay(TryAgain, context.Time, cancellation);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            context.Terminal.Write(new AgentEvent(EventName.Stopped));
            return ExitCode.Ok;
        }
    }

    /// <summary>Works for this command and all that attach; ends by exception, or when what ends by itself is done.</summary>
    private async Task HoldAsync(ConfigFolder folder, string path, CancellationToken cancellation)
    {
        await using var runtime = new AgentRuntime(context.Settle(folder, work.IsUp), context.Time);
        await using var server = HolderServer.Start(runtime, path, context.Time);
        runtime.Start();
        await runtime.ServeAsync(work.Owner(), work.Items(), cancellation);
    }

    /// <summary>Works through the holder until that one is gone; false when there was none.</summary>
    private async Task<bool> AttachAsync(string path, CancellationToken cancellation)
    {
        await using var holder = await HolderClient.TryConnectAsync(path, cancellation);
        if (holder is null || !await holder.TrySendAsync(work.Request(), cancellation))
            return false;
        var answered = false;
        while (await holder.ReadAsync(cancellation) is { } happened)
        {
            answered = true;
            if (happened is { Final: true, Code: { } code })
                throw new AgentFailure((ExitCode)code, happened.Text ?? "the holder of the session gave no reason");
            work.On(happened);
        }

        return answered;
    }
}
