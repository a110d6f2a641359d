namespace PrivateConnect.Relay.Checks;

/// <summary>What a stream of a diagnosis asks.</summary>
public enum CheckKind
{
    /// <summary>Of the agent that exposes the service: how its target is, as a <see cref="TargetReport"/>.</summary>
    Check = 0,

    /// <summary>By the hub, of another agent: open <see cref="Check"/> as <c>reach</c> opens the service, and tell, as a <see cref="WitnessReport"/>.</summary>
    Via = 1,

    /// <summary>By an agent, of the hub: diagnose the service from the hub and from this agent.</summary>
    Diagnose = 2,
}

/// <summary>The reserved name that an OPEN of a diagnosis gives, <c>~KIND/SERVICE</c>.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Service">The service.</param>
public readonly record struct CheckName(CheckKind Kind, string Service)
{
    private static readonly string[] s_kinds = ["check", "via", "diagnose"];

    /// <summary>False for every other name.</summary>
    public static bool TryParse(string text, out CheckName name)
    {
        name = default;
        if (!ReservedName.TryParse(text, out var word, out var service) || service.Length == 0
            || Array.IndexOf(s_kinds, word) is not (>= 0 and var kind))
            return false;
        name = new CheckName((CheckKind)kind, service);
        return true;
    }

    /// <summary>As it stands in OPEN.</summary>
    public override string ToString() => ReservedName.Of(s_kinds[(int)Kind], Service);
}
