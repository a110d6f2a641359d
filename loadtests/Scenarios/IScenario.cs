using PrivateConnect.LoadTests.Paths;

namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>One kind of load. It runs over whatever path the context names and returns what it measured.</summary>
internal interface IScenario
{
    /// <summary>For --only and the stored results.</summary>
    string Name { get; }

    /// <summary>For the tables.</summary>
    string Title { get; }

    /// <summary>True when earlier load on the same processes would spoil the figure, as with memory.</summary>
    bool NeedsFreshPath => false;

    /// <summary>Whether the row means something for a path.</summary>
    bool Suits(PathKind path) => !path.OnlyBulk;

    IReadOnlyList<Measured> Run(ScenarioContext context);
}
