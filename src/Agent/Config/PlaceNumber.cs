using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace PrivateConnect.Agent;

/// <summary>A number for the machine and folder that this agent runs with; a copy elsewhere has another one.</summary>
internal static class PlaceNumber
{
    /// <summary>Linux: one for every start of the kernel. Containers of one machine share it and differ in their host names.</summary>
    private const string BootFile = "/proc/sys/kernel/random/boot_id";

    public static long Of(string folder)
    {
        var place = $"{Boot()}\n{Environment.MachineName}\n{folder}";
        // 0 means "unknown" to the hub.
        return BinaryPrimitives.ReadInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(place))) | 1;
    }

    private static string Boot()
    {
        try
        {
            return File.Exists(BootFile) ? File.ReadAllText(BootFile) : "";
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
