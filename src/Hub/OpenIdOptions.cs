namespace PrivateConnect.Hub;

/// <summary>The OpenID provider people may log in with.</summary>
/// <param name="Issuer">OIDC_ISSUER: where its discovery document is, and who its tokens say they are from.</param>
/// <param name="ClientId">OIDC_CLIENT_ID.</param>
/// <param name="ClientSecret">OIDC_CLIENT_SECRET.</param>
public sealed record OpenIdOptions(Uri Issuer, string ClientId, string ClientSecret)
{
    /// <summary>Where the provider sends people back to, below APP_URL.</summary>
    public const string CallbackPath = "/login/openid";

    /// <summary>Without the secret: this may reach a log.</summary>
    public override string ToString() => $"{Issuer} {ClientId}";
}
