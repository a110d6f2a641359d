namespace PrivateConnect.Protocol.Control;

/// <summary>What a service may be called: <c>[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?</c>, so that it is also a host label.</summary>
public static class ServiceName
{
    /// <summary>Longest name, as a DNS label.</summary>
    public const int MaxLength = 63;

    /// <summary>The rule in words, to follow "give".</summary>
    public const string Shape = "1 to 63 of a-z, 0-9 and '-', beginning and ending with a letter or digit";

    /// <summary>Whether <paramref name="name"/> follows the rule.</summary>
    public static bool IsValid(string name)
    {
        if (name.Length is 0 or > MaxLength || name[0] == '-' || name[^1] == '-')
            return false;
        foreach (var c in name)
        {
            if (c is not ((>= 'a' and <= 'z') or (>= '0' and <= '9') or '-'))
                return false;
        }

        return true;
    }

    /// <summary>The rule in words, for whoever broke it.</summary>
    public static string Rule(string name) =>
        $"'{(name.Length > MaxLength ? name[..MaxLength] + "…" : name)}' is not a service name: use 1 to {MaxLength} of a-z, 0-9 and '-', not at either end.";
}
