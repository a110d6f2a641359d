using System.Net;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Rights;

/// <summary>Networks that visitors may come from; an empty list lets everybody in. Immutable.</summary>
public sealed class AddressList
{
    /// <summary>Every visitor is compared with every network, on the accept loop. More: refused.</summary>
    public const int MaximumNetworks = 64;

    /// <summary>How many leading bits of a mapped IPv4 address are the mapping.</summary>
    private const int MappedBits = 96;

    private readonly IPNetwork[] _networks;

    private AddressList(IPNetwork[] networks) => _networks = networks;

    /// <summary>No network: everybody.</summary>
    public static AddressList Everybody { get; } = new([]);

    /// <summary>The networks as they are stored and shown.</summary>
    public IReadOnlyList<string> Networks => [.. _networks.Select(network => network.ToString())];

    /// <summary>Reads addresses and networks (10.0.0.0/8, 2001:db8::/32, 192.0.2.7); null and the fault when one is neither.</summary>
    public static AddressList? TryParse(IEnumerable<string> texts, out string fault)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var networks = new List<IPNetwork>();
        foreach (var text in texts)
        {
            if (networks.Count == MaximumNetworks)
            {
                fault = $"There are more than {MaximumNetworks} networks: join some of them.";
                return null;
            }

            if (Parse(text) is not { } network)
            {
                fault = $"'{(text.Length > 64 ? text[..64] : text)}' is no address or network: "
                    + "write 192.0.2.7, 10.0.0.0/8 or 2001:db8::/32, with no bit set behind the prefix.";
                return null;
            }

            networks.Add(network);
        }

        fault = "";
        return networks.Count == 0 ? Everybody : new AddressList([.. networks.Distinct()]);
    }

    /// <summary>Whether a visitor from there may come in. A mapped address is the IPv4 address it means.</summary>
    public bool Allows(IPAddress address)
    {
        if (_networks.Length == 0) return true;
        var plain = address.Unmapped();
        foreach (var network in _networks)
            if (network.Contains(plain)) return true;
        return false;
    }

    private static IPNetwork? Parse(string text)
    {
        if (text.Length > 64 || text.Contains('%')) return null;
        if (!text.Contains('/'))
        {
            // IPAddress takes "1" and "0x7f.1" too; a person who writes that means something else.
            if (!IPAddress.TryParse(text, out var single) || !IsPlain(text)) return null;
            single = single.Unmapped();
            return new IPNetwork(single, single.GetAddressBytes().Length * 8);
        }

        var address = text[..text.IndexOf('/', StringComparison.Ordinal)];
        if (!IsPlain(address) || !IPNetwork.TryParse(text, out var network)) return null;
        // A bit behind the prefix is a slip of somebody who meant one address, or another prefix.
        if (!IPAddress.TryParse(address, out var written) || !written.Equals(network.BaseAddress)) return null;
        if (!network.BaseAddress.IsIPv4MappedToIPv6) return network;
        return network.PrefixLength >= MappedBits
            ? new IPNetwork(network.BaseAddress.MapToIPv4(), network.PrefixLength - MappedBits)
            : null;
    }

    private static bool IsPlain(string address) =>
        address.Contains(':') || (address.Count(c => c == '.') == 3 && address.Split('.').All(part =>
            part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0')));
}
