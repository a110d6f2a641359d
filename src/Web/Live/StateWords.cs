namespace PrivateConnect.Web.Live;

/// <summary>A service's state as pages show it: a sign, a word and a colour.</summary>
internal static class StateWords
{
    public static string Class(ServiceState state) => state == ServiceState.Up ? "up" : "away";

    public static string Text(ServiceState state) => state switch
    {
        ServiceState.Up => "● up",
        ServiceState.Paused => "◐ paused",
        _ => "○ down",
    };
}
