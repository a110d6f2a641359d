using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// What a caller needs before an endpoint runs. Every endpoint carries one, or the hub does not start.
/// </summary>
/// <param name="NeedsSecret">A caller without any secret is refused.</param>
/// <param name="NeedsKey">The secret is an API key that is valid now.</param>
/// <param name="Scope">The key holds this scope; null: any key.</param>
/// <param name="Least">The key's owner holds at least this role now.</param>
internal sealed record ApiPolicy(bool NeedsSecret, bool NeedsKey, string? Scope, Role Least)
{
    /// <summary>Anybody.</summary>
    public static ApiPolicy Open { get; } = new(false, false, null, Role.Viewer);

    /// <summary>A secret that the endpoint itself spends (enrolment: an API key or a one-time token).</summary>
    public static ApiPolicy OwnSecret { get; } = new(true, false, null, Role.Viewer);

    /// <summary>A valid API key, whatever its scopes.</summary>
    public static ApiPolicy AnyKey(Role least = Role.Viewer) => new(true, true, null, least);

    /// <summary>A valid API key with this scope, of somebody who holds at least this role.</summary>
    public static ApiPolicy Key(string scope, Role least = Role.Viewer) => new(true, true, scope, least);
}
