namespace PrivateConnect.Agent;

/// <summary>The words of status for a service.</summary>
internal static class ServiceState
{
    public const string Waiting = "waiting";
    public const string Up = "up";
    public const string Refused = "refused";
}
