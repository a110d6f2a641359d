using System.Reflection;

namespace PrivateConnect.Agent;

/// <summary>Version of this program, as said to the hub and to people.</summary>
internal static class AgentVersion
{
    public static string Text { get; } =
        typeof(AgentVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0]
        ?? "0.0.0";
}
