using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Auth;

/// <summary>What one holder has many of: IPv4 by /24, IPv6 by /64; loopback is one class.</summary>
internal static class AddressClass
{
    public const string Loopback = "loopback";

    public static string Of(IPAddress address)
    {
        address = address.Unmapped();
        if (IPAddress.IsLoopback(address)) return Loopback;
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        bytes = bytes[..length];
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : 8;
        bytes[kept..].Clear();
        return $"{new IPAddress(bytes)}/{kept * 8}";
    }
}
