using System.Net;

namespace PrivateConnect.Hub.Door;

/// <summary>On a dual-mode socket an IPv4 peer comes in its mapped form; logs, limits and records use the plain one.</summary>
internal static class PlainAddress
{
    public static IPAddress Unmapped(this IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}
