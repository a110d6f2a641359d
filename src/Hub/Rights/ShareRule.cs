using System.Globalization;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Rights;

/// <summary>
/// What a workspace decided of a service's share; null leaves a value to the agent, a rate of 0 is none. Immutable.
/// </summary>
/// <param name="Weight">Its part beside other busy services of its agent, 1 to 100.</param>
/// <param name="LimitBitsPerSecond">Never more than this, in each direction.</param>
/// <param name="FloorBitsPerSecond">At least this while the session is contended, in each direction.</param>
public sealed record ShareRule(int? Weight = null, long? LimitBitsPerSecond = null, long? FloorBitsPerSecond = null)
{
    /// <summary>Largest weight.</summary>
    public const int MaxWeight = ServiceShare.MaxWeight;

    /// <summary>How a person says that there is to be no limit or floor, whatever the agent asks.</summary>
    public const string NoRate = "none";

    /// <summary>Everything is as the agent asks.</summary>
    public static ShareRule None { get; } = new();

    /// <summary>What is wrong with it, and what is allowed; null when nothing is.</summary>
    public string? Fault()
    {
        var share = new ServiceShare(Weight ?? ServiceShare.DefaultWeight, LimitBitsPerSecond ?? 0, 0);
        return Weight is < 1 or > MaxWeight
            ? $"weight is a number from 1 to {MaxWeight}, or left out: as its agent asks."
            : !share.IsValid() || !(share with { LimitBitsPerSecond = 0, FloorBitsPerSecond = FloorBitsPerSecond ?? 0 }).IsValid()
                ? $"limit and floor are {BitRate.Allowed}, 0 for none, or left out: as its agent asks."
                : !(share with { FloorBitsPerSecond = FloorBitsPerSecond ?? 0 }).IsValid()
                    ? "floor is at most what limit allows."
                    : null;
    }

    /// <summary>As a form has it: nothing is "as its agent asks". Null, with what is allowed, when it cannot be read.</summary>
    public static ShareRule? Parse(string? weight, string? limit, string? floor, out string fault)
    {
        fault = "";
        int? number = null;
        if (!string.IsNullOrWhiteSpace(weight))
            // What is no number is out of bounds, so that it is refused with these.
            number = int.TryParse(weight.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var read) ? read : 0;
        if (!TryRate(limit, out var most) || !TryRate(floor, out var least))
        {
            fault = $"limit and floor are {BitRate.Allowed}, \"{NoRate}\", or empty: as its agent asks.";
            return null;
        }

        var rule = new ShareRule(number, most, least);
        fault = rule.Fault() ?? "";
        return fault.Length == 0 ? rule : null;
    }

    /// <summary>What a person decided goes before what the agent asks; a floor above the limit is as much as the limit.</summary>
    public ServiceShare Over(ServiceShare asked)
    {
        ArgumentNullException.ThrowIfNull(asked);
        var limit = LimitBitsPerSecond ?? asked.LimitBitsPerSecond;
        var floor = FloorBitsPerSecond ?? asked.FloorBitsPerSecond;
        return new ServiceShare(Weight ?? asked.Weight, limit, limit == 0 ? floor : Math.Min(floor, limit));
    }

    /// <summary>As a form takes it: empty, none, 50M.</summary>
    public static string Text(long? rate) => rate is not { } bits ? "" : bits == 0 ? NoRate : BitRate.Text(bits);

    /// <summary>For the audit log.</summary>
    internal string Words() => string.Create(CultureInfo.InvariantCulture,
        $"weight {(Weight is { } weight ? weight : "agent")}, limit {Word(LimitBitsPerSecond)}, floor {Word(FloorBitsPerSecond)}");

    private static string Word(long? rate) => rate is null ? "agent" : Text(rate);

    private static bool TryRate(string? text, out long? rate)
    {
        rate = null;
        if (string.IsNullOrWhiteSpace(text))
            return true;
        rate = text.Trim().Equals(NoRate, StringComparison.OrdinalIgnoreCase) ? 0 : BitRate.Parse(text.Trim());
        return rate is not null;
    }
}
