using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Relay;

/// <summary>
/// <c>~KIND</c> or <c>~KIND/SERVICE</c> in OPEN: something is asked of the hub or of a service's agent instead of the service.
/// No service can be called so.
/// </summary>
internal static class ReservedName
{
    private const char Mark = '~';
    private const char Separator = '/';

    /// <summary>False for every other name; the service is empty where none is named.</summary>
    public static bool TryParse(string text, out string kind, out string service)
    {
        (kind, service) = ("", "");
        if (text is not [Mark, ..])
            return false;
        var end = text.IndexOf(Separator, StringComparison.Ordinal);
        kind = end < 0 ? text[1..] : text[1..end];
        service = end < 0 ? "" : text[(end + 1)..];
        return end < 0 || ServiceName.IsValid(service);
    }

    /// <summary>As it stands in OPEN.</summary>
    public static string Of(string kind, string service) => Mark + kind + (service.Length == 0 ? "" : Separator + service);
}
