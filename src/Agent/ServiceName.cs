namespace PrivateConnect.Agent;

/// <summary>The rule for names of services.</summary>
internal static class ServiceName
{
    /// <summary>A DNS label's length, so that a name can become a host name.</summary>
    public const int MaxLength = 63;

    public const string Rule = "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";

    public static bool IsValid(string name) =>
        name.Length is > 0 and <= MaxLength && name[0] != '-' && name[^1] != '-'
        && name.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-');
}
