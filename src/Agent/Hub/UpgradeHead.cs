using System.Globalization;
using System.Text;

namespace PrivateConnect.Agent;

/// <summary>The head of the hub's answer to <c>Upgrade: pconnect/1</c>.</summary>
/// <param name="Status">HTTP status.</param>
/// <param name="Upgrade">Value of the Upgrade header, or null.</param>
internal sealed record UpgradeHead(int Status, string? Upgrade)
{
    /// <summary>More than any proxy adds; a longer head is not an answer to us.</summary>
    public const int MaxBytes = 16 * 1024;

    private static ReadOnlySpan<byte> BlankLine => "\r\n\r\n"u8;

    /// <summary>
    /// Reads up to and including the blank line and not one byte more: what follows are frames. One byte at a time,
    /// since the stream below cannot take bytes back; a head is short and read once a connection.
    /// </summary>
    /// <exception cref="InvalidDataException">Not an HTTP answer, or a head too long.</exception>
    /// <exception cref="EndOfStreamException">The connection ended inside the head.</exception>
    public static async Task<UpgradeHead> ReadAsync(Stream stream, CancellationToken cancellation)
    {
        var head = new byte[MaxBytes];
        var length = 0;
        while (!head.AsSpan(0, length).EndsWith(BlankLine))
        {
            if (length == MaxBytes)
                throw new InvalidDataException($"an answer with a head of more than {MaxBytes} bytes");
            await stream.ReadExactlyAsync(head.AsMemory(length, 1), cancellation);
            length++;
        }

        return Parse(head.AsSpan(0, length));
    }

    public static UpgradeHead Parse(ReadOnlySpan<byte> head)
    {
        var lines = Encoding.Latin1.GetString(head).Split("\r\n");
        var status = lines[0].Split(' ', 3);
        if (status.Length < 2 || !status[0].StartsWith("HTTP/1.", StringComparison.Ordinal) || status[1].Length != 3
            || !int.TryParse(status[1], NumberStyles.None, CultureInfo.InvariantCulture, out var code))
            throw new InvalidDataException("an answer that is not HTTP");
        const string upgrade = "upgrade:";
        var header = lines.Skip(1).FirstOrDefault(line => line.StartsWith(upgrade, StringComparison.OrdinalIgnoreCase));
        return new UpgradeHead(code, header?[upgrade.Length..].Trim());
    }

    /// <summary>Throws with the reason and the next step unless the hub switched to frames.</summary>
    public void Require(HubAddress hub)
    {
        if (Status == 101 && string.Equals(Upgrade, "pconnect/1", StringComparison.OrdinalIgnoreCase))
            return;
        throw Status switch
        {
            101 => new AgentFailure(ExitCode.Version, $"{hub} switched to '{Upgrade}' instead of pconnect/1: update the hub or this agent"),
            426 => new AgentFailure(ExitCode.Version, $"{hub} speaks no protocol of this agent (it asked for '{Upgrade}'): update the hub or this agent"),
            502 or 503 or 504 => new AgentFailure(ExitCode.HubUnreachable, $"the proxy at {hub} answered HTTP {Status}: the hub behind it does not answer"),
            _ => new AgentFailure(ExitCode.HubUnreachable,
                $"{hub} answered HTTP {Status} to the agent's Upgrade: is this the hub's API port, and does the proxy pass Upgrade on?"),
        };
    }
}
