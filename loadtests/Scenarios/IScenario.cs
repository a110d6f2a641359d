namespace PrivateConnect.LoadTests.Scenarios;

/// <summary>One kind of load. It runs over whatever path the context names and returns what it measured.</summary>
internal interface IScenario
{
    /// <summary>For --only and the table.</summary>
    string Name { get; }

    string Title { get; }

    /// <summary>True when earlier load on the same processes would spoil the figure, as with memory.</summary>
    bool NeedsFreshPath => false;

    IReadOnlyList<Measured> Run(ScenarioContext context);
}
