namespace PrivateConnect.Relay.Bench;

/// <summary>
/// The reserved name that an OPEN of <c>connect bench</c> gives: <c>~KIND</c> for the hub itself, <c>~KIND/SERVICE</c> for
/// the agent that exposes the service. No service can be called so.
/// </summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Service">The service, or empty for the hub.</param>
public readonly record struct BenchName(BenchKind Kind, string Service)
{
    private static readonly string[] s_kinds = ["echo", "sink", "source", "report", "dial", "send"];

    /// <summary>False for every other name.</summary>
    public static bool TryParse(string text, out BenchName name)
    {
        name = default;
        if (!ReservedName.TryParse(text, out var word, out var service) || Array.IndexOf(s_kinds, word) is not (>= 0 and var kind))
            return false;
        name = new BenchName((BenchKind)kind, service);
        return true;
    }

    /// <summary>As it stands in OPEN.</summary>
    public override string ToString() => ReservedName.Of(s_kinds[(int)Kind], Service);
}
