using System.Globalization;
using System.Text;

namespace PrivateConnect.Hub.Auth;

/// <summary>The name a person gives a machine: 1 to 64 printable characters, nothing that hides or turns text around.</summary>
internal static class AgentLabel
{
    public const int MaximumLength = 64;

    public static bool IsGood(string? label)
    {
        if (string.IsNullOrEmpty(label) || label.Length > MaximumLength || label != label.Trim()) return false;
        for (var i = 0; i < label.Length;)
        {
            if (Rune.DecodeFromUtf16(label.AsSpan(i), out var rune, out var used) != System.Buffers.OperationStatus.Done)
                return false;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate) return false;
            i += used;
        }

        return true;
    }
}
