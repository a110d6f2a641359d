using System.Net;
using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Agent;

/// <summary>Where a tunnel port listens and the networks that may come: words of the command line and of services.yml; pure.</summary>
internal static class PublishWords
{
    public const string Allowed = "off (by name only) or network (where the hub publishes ports)";

    /// <summary>A control message holds texts of 2,048 characters.</summary>
    public const int MaxAllowLength = 1_900;

    /// <summary>Null for an unknown word; no word is "as usual".</summary>
    public static PublishWish? Parse(string? word) => word switch
    {
        null => PublishWish.Usual,
        "off" => PublishWish.Off,
        "network" => PublishWish.Network,
        _ => null,
    };

    /// <summary>The word as it was given.</summary>
    /// <exception cref="AgentFailure">It is none; the text names <paramref name="option"/>.</exception>
    public static string? Checked(string? word, string option) => Parse(word) is not null
        ? word
        : throw new AgentFailure(ExitCode.Usage, $"{option} '{word}': give {Allowed}");

    /// <summary>The networks with spaces between them; null for none. Their form is the hub's to judge, here only what is no network at all.</summary>
    /// <exception cref="AgentFailure">One is none, or they are too many.</exception>
    public static string? CheckedNetworks(IReadOnlyList<string> networks, string option)
    {
        if (networks.Count == 0)
            return null;
        if (networks.FirstOrDefault(n => !IPNetwork.TryParse(n, out _) && !IPAddress.TryParse(n, out _)) is { } wrong)
            throw new AgentFailure(ExitCode.Usage, $"{option} '{wrong}': give an address or network, for example 10.0.0.0/8 (no bit set behind the prefix)");
        var text = string.Join(' ', networks);
        return text.Length <= MaxAllowLength
            ? text
            : throw new AgentFailure(ExitCode.Usage, $"{option}: more than {MaxAllowLength} characters in all; join some networks");
    }
}
