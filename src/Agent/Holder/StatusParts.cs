namespace PrivateConnect.Agent;

/// <summary>A status in as many lines of the local socket as its services need, so that their number has no bound here; pure.</summary>
internal static class StatusParts
{
    /// <summary>
    /// Of one line. The longest takes 4 KiB (a target of 253 characters that JSON writes as six bytes each, twice), so this leaves
    /// half of <see cref="JsonLines.MaxLineBytes"/> to the words about the session.
    /// </summary>
    public const int ServicesPerLine = 8;

    /// <summary>All but the last say that more follows; the first has the session.</summary>
    public static IEnumerable<AgentEvent> Split(AgentEvent status)
    {
        var rest = status.Services ?? [];
        for (var at = 0; ; at += ServicesPerLine)
        {
            var part = (at == 0 ? status : new AgentEvent(EventName.Status)) with { Services = [.. rest.Skip(at).Take(ServicesPerLine)] };
            if (at + ServicesPerLine >= rest.Count)
            {
                yield return part;
                yield break;
            }

            yield return part with { More = true };
        }
    }

    public static AgentEvent Join(IReadOnlyList<AgentEvent> parts) =>
        parts[0] with { More = null, Services = [.. parts.SelectMany(part => part.Services ?? [])] };
}
