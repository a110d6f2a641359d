using System.Buffers;
using System.Globalization;
using System.Text;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// The name a person gives a machine: 1 to 64 printable characters, nothing that hides or turns text around.
/// </summary>
internal static class AgentLabel
{
    public const int MaximumLength = 64;

    public static bool IsGood(string? label) =>
        !string.IsNullOrEmpty(label) && label.Length <= MaximumLength && label == label.Trim() && IsPrintable(label);

    /// <summary>No character that a database, a log or a terminal takes for more than text.</summary>
    public static bool IsPrintable(string text)
    {
        for (var i = 0; i < text.Length;)
        {
            if (Rune.DecodeFromUtf16(text.AsSpan(i), out var rune, out var used) != OperationStatus.Done) return false;
            if (Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format
                or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned or UnicodeCategory.Surrogate) return false;
            i += used;
        }

        return true;
    }
}
