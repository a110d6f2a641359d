namespace PrivateConnect.Agent;

/// <summary>The words in an event's first field; part of the contract for scripts.</summary>
internal static class EventName
{
    public const string Approve = "approve";
    public const string Enrolled = "enrolled";
    public const string Connected = "connected";
    public const string Attached = "attached";
    public const string Reconnecting = "reconnecting";
    public const string Exposed = "exposed";
    public const string Listening = "listening";
    public const string Measuring = "measuring";
    public const string Bench = "bench";
    public const string Diagnosis = "diagnosis";
    public const string Status = "status";
    public const string WhoAmI = "whoami";
    public const string LoggedOut = "loggedout";
    public const string Notice = "notice";
    public const string Rotated = "rotated";
    public const string Error = "error";
    public const string Stopped = "stopped";
}
