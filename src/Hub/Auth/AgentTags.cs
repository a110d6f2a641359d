using PrivateConnect.Protocol.Control;

namespace PrivateConnect.Hub.Auth;

/// <summary>An agent's tags: words of the form of service names, each once, in order.</summary>
internal static class AgentTags
{
    /// <summary>Compared at every OPEN of a service that a tag may reach.</summary>
    public const int MaximumTags = 16;

    public static string Rule { get; } = $"tags are at most {MaximumTags} words, each {ServiceName.Shape}.";

    public static string[] Split(string tags) => tags.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>As they are stored; null when one is no tag or there are too many.</summary>
    public static string? Join(IReadOnlyCollection<string?> tags) =>
        tags.Count <= MaximumTags && tags.All(tag => tag is not null && ServiceName.IsValid(tag))
            ? string.Join(' ', tags.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
            : null;
}
