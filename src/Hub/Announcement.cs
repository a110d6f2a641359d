namespace PrivateConnect.Hub;

/// <summary>What a start tells the person at the terminal. Secrets in it are shown here once and never logged.</summary>
public static class Announcement
{
    /// <summary>Where the first owner sets the hub up.</summary>
    public static string SetupLink(HubOptions options, string token) => $"{options.AppUrl}/setup?token={token}";

    /// <summary>Where a person who has a link logs in.</summary>
    public static string LoginLink(HubOptions options, string token) => $"{options.AppUrl}/login?token={token}";

    /// <summary>Where a person accepts an invitation.</summary>
    public static string InvitationLink(HubOptions options, string token) => $"{options.AppUrl}/invitation?token={token}";

    /// <summary>The command that enrols an agent and keeps it connected, or does another verb's work. The token is a variable, never an argument: arguments show in process lists.</summary>
    public static string EnrolCommand(HubOptions options, string host, string pin, string token, string does = "up") =>
        $"PRIVATECONNECT_TOKEN={token} {ConnectCommand(options, host, pin, does)}";

    /// <summary>The same without a token: it shows a code, and somebody lets the machine in.</summary>
    public static string ConnectCommand(HubOptions options, string host, string pin, string does = "up") =>
        $"./connect {does} --hub https://{host}:{options.Port} --pin {pin}";

    /// <summary>The name that links use for this hub.</summary>
    public static string Host(HubOptions options)
    {
        var url = new Uri(options.AppUrl);
        return url.HostNameType == UriHostNameType.IPv6 ? $"[{url.IdnHost}]" : url.IdnHost;
    }

    /// <summary>Prints it.</summary>
    public static void Print(TextWriter to, HubOptions options, HubControlStart start, string pin, string enrolmentToken)
    {
        var host = Host(options);
        to.WriteLine($"PrivateConnect hub is up (process {Environment.ProcessId}).");
        to.WriteLine();
        to.WriteLine($"  Dashboard         {options.AppUrl}");
        to.WriteLine($"  API and agents    https://{host}:{options.Port}");
        to.WriteLine($"  Tunnel ports      {options.TunnelBind} {options.FirstTunnelPort}-{options.LastTunnelPort}");
        if (start.SetupToken is { } setup)
        {
            to.WriteLine();
            to.WriteLine("Set this hub up in a browser (works once, makes the first owner):");
            to.WriteLine($"  {SetupLink(options, setup)}");
        }

        if (start.FirstApiKey is { } key)
        {
            to.WriteLine();
            to.WriteLine("API key for scripts (shown this once, keep it safe):");
            to.WriteLine($"  {key}");
        }

        to.WriteLine();
        to.WriteLine(
            host == "localhost"
                ? "Enrol an agent within the hour (elsewhere, put this machine's name for localhost):"
                : "Enrol an agent within the hour:");
        to.WriteLine($"  {EnrolCommand(options, host, pin, enrolmentToken)}");
        to.WriteLine();
        to.Flush();
    }
}
