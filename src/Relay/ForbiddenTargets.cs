using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.Relay;

/// <summary>
/// Addresses that an agent does not dial whatever it was told to expose: link-local ranges and the clouds' metadata
/// services, judged on the resolved address. Loopback and private ranges are the product.
/// </summary>
internal static class ForbiddenTargets
{
    private static readonly IPAddress s_ec2MetadataV6 = IPAddress.Parse("fd00:ec2::254");
    private static readonly IPAddress s_alibabaMetadata = IPAddress.Parse("100.100.100.200");

    public static bool Contains(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            address = address.MapToIPv4();
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
            return address.IsIPv6LinkLocal || address.IsIPv6Multicast || address.Equals(s_ec2MetadataV6);
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return (bytes[0] == 169 && bytes[1] == 254) || bytes[0] is 0 or >= 224 || address.Equals(s_alibabaMetadata);
    }
}
