using System.Net;

namespace PrivateConnect.Relay;

/// <summary>
/// Addresses that an agent does not dial whatever it was told to expose: link-local ranges and the clouds' metadata
/// services, judged on the resolved address, in each way that IPv6 writes an IPv4 address. Loopback and private ranges
/// are the product.
/// </summary>
public static class ForbiddenTargets
{
    private static readonly IPAddress s_ec2MetadataV6 = IPAddress.Parse("fd00:ec2::254");

    // RFC 6052: the IPv4 address is the last 32 bits.
    private static readonly IPNetwork s_translated = IPNetwork.Parse("64:ff9b::/96");

    // RFC 8215: a network has its translator's prefix in here, of a length that only it knows.
    private static readonly IPNetwork s_translatedLocally = IPNetwork.Parse("64:ff9b:1::/48");

    /// <summary>Whether an agent refuses to dial it.</summary>
    public static bool Contains(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        if (!address.TryWriteBytes(bytes, out var length) || length == 4)
            return IsForbidden(bytes);
        if (address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(s_ec2MetadataV6))
            return true;
        if (bytes[..15].IndexOfAnyExcept((byte)0) < 0 && bytes[15] == 1)
            return false; // Loopback looks like an IPv4 address in its obsolete form, ::0.0.0.1.
        if (address.IsIPv4MappedToIPv6 || s_translated.Contains(address) || bytes[..12].IndexOfAnyExcept((byte)0) < 0)
            return IsForbidden(bytes[12..]);
        // By the length of the prefix: 96, 64, 56, 48. The ninth byte is never of the IPv4 address.
        return s_translatedLocally.Contains(address)
            && (IsMetadata(bytes[12..]) || IsMetadata(bytes[9..])
                || IsMetadata([bytes[7], bytes[9], bytes[10], bytes[11]])
                || IsMetadata([bytes[6], bytes[7], bytes[9], bytes[10]]));
    }

    private static bool IsForbidden(ReadOnlySpan<byte> v4) => v4[0] is 0 or >= 224 || IsMetadata(v4);

    private static bool IsMetadata(ReadOnlySpan<byte> v4) =>
        (v4[0] == 169 && v4[1] == 254) || v4.StartsWith(Alibaba);

    private static ReadOnlySpan<byte> Alibaba => [100, 100, 100, 200];
}
