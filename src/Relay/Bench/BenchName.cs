using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Relay.Bench;

/// <summary>
/// The reserved name that an OPEN of <c>connect bench</c> gives: <c>~KIND</c> for the hub itself, <c>~KIND/SERVICE</c> for
/// the agent that exposes the service. No service can be called so.
/// </summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Service">The service, or empty for the hub.</param>
public readonly record struct BenchName(BenchKind Kind, string Service)
{
    private const char Mark = '~';
    private const char Separator = '/';

    private static readonly string[] s_kinds = ["echo", "sink", "source", "report", "dial", "send"];

    /// <summary>False for every other name.</summary>
    public static bool TryParse(string text, out BenchName name)
    {
        name = default;
        if (text is not [Mark, ..])
            return false;
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        var kind = Array.IndexOf(s_kinds, end < 0 ? text[1..] : text[1..end]);
        var service = end < 0 ? "" : text[(end + 1)..];
        if (kind < 0 || (end >= 0 && !ServiceName.IsValid(service)))
            return false;
        name = new BenchName((BenchKind)kind, service);
        return true;
    }

    /// <summary>As it stands in OPEN.</summary>
    public override string ToString() => Mark + s_kinds[(int)Kind] + (Service.Length == 0 ? "" : Separator + Service);
}
