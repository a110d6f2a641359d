using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Html;

namespace PrivateConnect.Web.Live;

/// <summary>A rendered part: its text, encoded by the view that wrote it, and the same as a server-sent event.</summary>
public sealed class Fragment : IHtmlContent
{
    // Chance must not make two texts of one part look alike; that is all.
    private const int VersionBytes = 6;

    private readonly string _text;

    internal Fragment(string name, string text)
    {
        _text = text;
        var bytes = Encoding.UTF8.GetBytes(text);
        Version = Convert.ToHexStringLower(SHA256.HashData(bytes).AsSpan(0, VersionBytes));
        Event = Encoding.UTF8.GetBytes($"event: {name}\ndata: {text.ReplaceLineEndings("\ndata: ")}\n\n");
    }

    /// <summary>Same text, same version.</summary>
    public string Version { get; }

    /// <summary>Ready to be sent.</summary>
    public ReadOnlyMemory<byte> Event { get; }

    /// <inheritdoc/>
    public void WriteTo(TextWriter writer, HtmlEncoder encoder)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.Write(_text);
    }
}
