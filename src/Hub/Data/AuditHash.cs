using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

/// <summary>
/// The hash of a line (docs/decisions/0029): SHA-256, in lower-case hexadecimal, of the hash of the line before ("" for
/// the first) and the line's fields in the order below, each in UTF-8 behind its length as four bytes, big-endian. So no
/// two lines have the same encoding.
/// </summary>
internal static class AuditHash
{
    private const string Domain = "privateconnect audit 1";

    public static string Of(string previous, AuditEventRow line)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var field in (ReadOnlySpan<string>)
        [
            Domain, previous, line.WorkspaceId, line.Sequence.ToString(CultureInfo.InvariantCulture), line.At,
            line.Actor, line.Address, line.Act, line.Object, line.Outcome,
        ])
            Append(hash, field);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static void Append(IncrementalHash hash, string field)
    {
        var bytes = Encoding.UTF8.GetBytes(field);
        Span<byte> length = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, bytes.Length);
        hash.AppendData(length);
        hash.AppendData(bytes);
    }
}
