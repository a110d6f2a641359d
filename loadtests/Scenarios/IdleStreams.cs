using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>
/// Memory per silent stream in each process of the tunnel. A fresh path first carries a few, so that code and pools that
/// exist once are not counted per stream.
/// </summary>
internal sealed class IdleStreams : IScenario
{
    private const int WarmUpStreams = 100;

    public string Name => "idle";

    public string Title => "idle streams";

    public bool NeedsFreshPath => true;

    public bool Suits(PathKind path) => path.IsTunnel && !path.OnlyBulk;

    public IReadOnlyList<Measured> Run(ScenarioContext context)
    {
        using var streams = new OpenStreams();
        streams.Open(context, WarmUpStreams);
        var before = OpenStreams.Memory(context);
        streams.Open(context, context.IdleStreams);
        var after = OpenStreams.Memory(context);
        return
        [
            .. OpenStreams.Growth("memory", "stream", before, after, context.IdleStreams),
            new Measured("streams", "", Better.Neither, context.IdleStreams),
        ];
    }
}
