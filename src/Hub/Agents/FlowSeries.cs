namespace PrivateConnect.Hub.Agents;

/// <summary>Rates in bytes a second, oldest first; "in" is hub ← agent.</summary>
public sealed record FlowSeries(IReadOnlyList<float> In, IReadOnlyList<float> Out)
{
    /// <summary>The highest rate of either direction.</summary>
    public float Peak => Math.Max(In.Count == 0 ? 0 : In.Max(), Out.Count == 0 ? 0 : Out.Max());
}
