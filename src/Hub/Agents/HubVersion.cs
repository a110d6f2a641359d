using System.Reflection;

namespace PrivateConnect.Hub.Agents;

/// <summary>The hub's own version, for people.</summary>
public static class HubVersion
{
    public static string Text { get; } =
        typeof(HubVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
            .Split('+')[0] ?? "0";
}
