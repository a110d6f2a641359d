// Processes, ports and two cores are shared: tests run one after the other.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]

namespace PrivateConnect.EndToEnd.Tests;

/// <summary>What <c>dotnet test --project tests/EndToEnd --filter-trait "Category=…"</c> selects.</summary>
internal static class Suites
{
    /// <summary>Needs no product: the table against plain TCP.</summary>
    public const string Control = "Control";

    public const string EndOfStream = "EndOfStream";

    public const string Faults = "Faults";

    public const string Lifecycle = "Lifecycle";

    public const string BadInput = "BadInput";

    public const string Proxy = "Proxy";

    public const string Scale = "Scale";

    public const string Memory = "Memory";
}
