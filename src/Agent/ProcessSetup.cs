namespace PrivateConnect.Agent;

/// <summary>What holds for the whole process and has to be in place before the first socket.</summary>
internal static class ProcessSetup
{
    public static void Apply()
    {
        // A terminal that went away must not kill a tunnel in the middle of a write: .NET ignores SIGPIPE already, and
        // the folder's files are made private one by one, so there is nothing to set here yet.
    }
}
