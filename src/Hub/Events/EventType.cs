using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Events;

/// <summary>The words for what can happen; part of the API.</summary>
internal static class EventType
{
    public const string AgentUp = "agent.up";
    public const string AgentDown = "agent.down";
    public const string ServiceUp = "service.up";
    public const string ServiceChanged = "service.changed";
    public const string ServiceDown = "service.down";
    public const string Streams = "streams";
    public const string RightsChanged = "rights.changed";

    /// <summary>Events were lost to this reader: read the lists again. Sent to it alone.</summary>
    public const string Reset = "reset";

    /// <summary>The scope that a key needs to see events of a type; null: none.</summary>
    public static string? Scope(string type) => type switch
    {
        AgentUp or AgentDown => Scopes.Agents,
        ServiceUp or ServiceChanged or ServiceDown or Streams => Scopes.Services,
        _ => null,
    };
}
