namespace PrivateConnect.Agent;

/// <summary>Tells what the holder of the session knows, or what the folder says where nobody holds.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan TryAgain = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(3);

    public static async Task<ExitCode> RunAsync(CommandContext context, CancellationToken cancellation)
    {
        var folder = context.OpenFolder();
        var path = HolderAddress.Of(folder, context.Environment);
        var began = context.Time.GetTimestamp();
        while (true)
        {
            if (await AskAsync(path, cancellation) is { } status)
            {
                context.Terminal.Write(status);
                return ExitCode.Ok;
            }

            using (var hold = HolderLock.TryTake(folder))
            {
                if (hold is not null)
                    break;
            }

            if (context.Time.GetElapsedTime(began) > Limit)
                throw new AgentFailure(ExitCode.ConfigFolder, $"the connect command that uses {folder.Location} does not answer; end it and start it again");
            await Task.Delay(TryAgain, context.Time, cancellation);
        }

        context.Terminal.Write(FromFolder(folder));
        return ExitCode.Ok;
    }

    private static async Task<AgentEvent?> AskAsync(string path, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(Limit);
        try
        {
            await using var holder = await HolderClient.TryConnectAsync(path, limit.Token);
            if (holder is null || !await holder.TrySendAsync(new HolderRequest(HolderRequest.Status), limit.Token))
                return null;
            var parts = new List<AgentEvent>();
            while (await holder.ReadAsync(limit.Token) is { } part)
            {
                if (part is { Final: true, Code: { } code })
                    throw new AgentFailure((ExitCode)code, part.Text ?? "the holder of the session gave no reason");
                parts.Add(part);
                if (part.More != true)
                    return StatusParts.Join(parts);
                // It answers: each part has the time for itself.
                limit.CancelAfter(Limit);
            }

            return null;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    private static AgentEvent FromFolder(ConfigFolder folder)
    {
        if (!folder.IsEnrolled)
            throw HubLogin.NotEnrolled(folder);
        var identity = folder.ReadIdentity();
        return new AgentEvent(EventName.Status)
        {
            State = "stopped",
            Hub = identity.Hub,
            AgentId = identity.AgentId,
            Label = identity.Label,
            Workspace = identity.Workspace,
            Text = "no connect command runs with this config folder",
            Services = [],
        };
    }
}
