namespace PrivateConnect.Agent;

/// <summary>How long a bench may take, and whether the service's own target gets traffic.</summary>
/// <param name="Seconds">All of it, about.</param>
/// <param name="Send">Whether zeros are sent to the target itself.</param>
internal sealed record BenchPlan(int Seconds, bool Send)
{
    /// <summary>Less holds no window of a far path; more would be cut by the side that answers.</summary>
    public const int MinSeconds = 3;
    public const int MaxSeconds = 60;
    public const int DefaultSeconds = 10;

    public bool IsValid() => Seconds is >= MinSeconds and <= MaxSeconds;
}
