namespace PrivateConnect.Agent;

/// <summary>What holds for the whole process and has to be in place before the first socket.</summary>
internal static class ProcessSetup
{
    public static void Apply()
    {
        // Nothing is needed yet; settings of the data path go here, each with the number that earned it.
    }
}
