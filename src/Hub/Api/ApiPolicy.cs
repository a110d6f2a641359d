namespace PrivateConnect.Hub.Api;

/// <summary>What a caller needs before an endpoint runs. Every endpoint carries one, or the hub does not start.</summary>
internal sealed record ApiPolicy(bool NeedsSecret, string? Scope)
{
    /// <summary>Anybody.</summary>
    public static ApiPolicy Open { get; } = new(false, null);

    /// <summary>A secret that the endpoint itself spends (enrolment: an API key or a one-time token).</summary>
    public static ApiPolicy OwnSecret { get; } = new(true, null);

    /// <summary>A valid API key with this scope.</summary>
    public static ApiPolicy Key(string scope) => new(true, scope);
}
