using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Hub.Auth;

/// <summary>IPv4 by /24 and IPv6 by /64: what one holder has many of, as a number to count by.</summary>
internal static class SourceNetwork
{
    public static UInt128 Of(IPAddress? address)
    {
        if (address is null) return 0;
        address = address.Unmapped();
        Span<byte> bytes = stackalloc byte[16];
        address.TryWriteBytes(bytes, out var length);
        var kept = address.AddressFamily == AddressFamily.InterNetwork ? 3 : 8;
        bytes[kept..].Clear();
        // The family keeps a /24 and a /64 of the same first bytes apart.
        bytes[15] = (byte)length;
        return BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
