using PrivateConnect.Relay;

namespace PrivateConnect.Agent;

/// <summary>What holds for the whole process and has to be in place before the first socket.</summary>
internal static class ProcessSetup
{
    public static void Apply() => ProcessMemory.LimitArenas();
}
