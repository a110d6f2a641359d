using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Tests.Api.Matrix;

/// <summary>Somebody who calls: what they present and what they may do.</summary>
/// <param name="Key">What they present; null: nothing.</param>
/// <param name="IsValid">It is an API key that may be used now.</param>
/// <param name="IsOwn">It belongs to the workspace whose things are asked for.</param>
public sealed record Principal(
    string Name, string? Key, bool IsValid, bool IsOwn, Role Role, IReadOnlyList<string> Scopes)
{
    public override string ToString() => Name;
}
