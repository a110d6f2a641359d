namespace PrivateConnect.LoadTests.Paths;

/// <summary>What a path is before it stands: enough for the report to be made again without starting anything.</summary>
internal sealed record PathKind(string Name, string Title)
{
    /// <summary>Of the connection between the tunnel's two sides; null where there is none.</summary>
    public string? Cipher { get; init; }

    public bool IsOurs { get; init; }

    /// <summary>A path that stands only in rows of bulk data: the other rows would say the same again.</summary>
    public bool OnlyBulk { get; init; }

    /// <summary>Descriptors a stream costs in the hungriest of its processes.</summary>
    public int DescriptorsPerStream { get; init; } = 1;

    public required Func<PathStart, Task<ITunnelPath>> StartAsync { get; init; }

    public bool IsTunnel => Cipher is not null;
}

/// <summary>
/// Where a path is to run. <paramref name="Through"/> is put before the commands of the side that dials out, and
/// <paramref name="NearAddress"/> is where that side finds the other one.
/// </summary>
internal sealed record PathStart(
    int TargetPort, string TargetAddress, string NearAddress, IReadOnlyList<string> Through, ScratchFolder Scratch, string Tag)
{
    public string Folder() => Scratch.Folder(Tag);

    /// <summary>Starts a process on the side that dials out.</summary>
    public ChildProcess StartFar(string name, string file, IEnumerable<string> arguments)
    {
        string[] all = [.. Through, file, .. arguments];
        return ChildProcess.Start(name, all[0], all[1..]);
    }
}
