namespace PrivateConnect.Agent;

/// <summary>What a run leads over; part of the contract for scripts.</summary>
internal static class BenchPath
{
    public const string Hub = "hub";
    public const string Service = "service";
    public const string Send = "send";
}
