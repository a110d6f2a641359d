using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PrivateConnect.Relay;

/// <summary>host:port of a target, parsed once. IPv6 literals stand in brackets.</summary>
/// <param name="Host">Name or address without brackets.</param>
/// <param name="Port">1-65535.</param>
public sealed record TargetEndpoint(string Host, int Port)
{
    /// <summary>Parses <c>host:port</c>, <c>[v6]:port</c>, <c>:port</c> and <c>port</c> (the last two mean localhost).</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out TargetEndpoint? target, out string problem)
    {
        target = null;
        problem = $"'{text}' is not a target: give host:port, for example localhost:5432 or [::1]:5432";
        var split = text.LastIndexOf(':');
        var host = split < 0 ? "" : text[..split];
        if (!int.TryParse(text.AsSpan(split + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        if (port is < 1 or > 65535)
        {
            problem = $"'{text}': a port lies between 1 and 65535";
            return false;
        }

        if (host.StartsWith('[') && host.EndsWith(']'))
            host = host[1..^1];
        else if (host.Contains(':'))
        {
            problem = $"'{text}': write an IPv6 address in brackets, for example [::1]:5432";
            return false;
        }

        if (host.Length > 253 || host.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is '/' or '@'))
            return false;
        target = new TargetEndpoint(host.Length == 0 ? "localhost" : host, port);
        return true;
    }

    /// <summary>host:port, with brackets where the host is an IPv6 literal.</summary>
    public override string ToString() => Host.Contains(':') ? $"[{Host}]:{Port}" : $"{Host}:{Port}";
}
