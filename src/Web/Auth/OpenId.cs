using Microsoft.AspNetCore.Authentication;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Web.Auth;

/// <summary>
/// Logging in with an OpenID provider: authorization code with PKCE, state and nonce by the framework's client; who the
/// validated token names is looked up here, and only the hub's own session goes to the browser.
/// </summary>
internal static class OpenId
{
    public const string SchemeName = "openid";

    // A person waits meanwhile.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public static void Add(AuthenticationBuilder authentication, HubOptions hub)
    {
        if (hub.OpenId is not { } provider)
            return;
        authentication.AddOpenIdConnect(SchemeName, openId =>
        {
            openId.Authority = provider.Issuer.AbsoluteUri;
            openId.RequireHttpsMetadata = provider.Issuer.Scheme == Uri.UriSchemeHttps;
            openId.ClientId = provider.ClientId;
            openId.ClientSecret = provider.ClientSecret;
            openId.ResponseType = OpenIdConnectResponseType.Code;
            openId.ResponseMode = OpenIdConnectResponseMode.Query;
            openId.UsePkce = true;
            openId.Scope.Clear();
            openId.Scope.Add("openid");
            openId.Scope.Add("email");
            // Many providers tell the address there only.
            openId.GetClaimsFromUserInfoEndpoint = true;
            openId.ClaimActions.MapUniqueJsonKey("email_verified", "email_verified");
            openId.MapInboundClaims = false;
            openId.SaveTokens = false;
            openId.DisableTelemetry = true;
            openId.BackchannelTimeout = Patience;
            openId.CallbackPath = OpenIdOptions.CallbackPath;
            openId.SignInScheme = SessionCookie.SchemeName;
            // The answer is a GET from another site: Lax cookies come with it.
            openId.CorrelationCookie.SameSite = SameSiteMode.Lax;
            openId.CorrelationCookie.SecurePolicy = CookieSecurePolicy.Always;
            openId.NonceCookie.SameSite = SameSiteMode.Lax;
            openId.NonceCookie.SecurePolicy = CookieSecurePolicy.Always;
            openId.Events.OnMessageReceived = static message =>
            {
                // The address does not exist on the API's door.
                if (message.HttpContext.Features.Get<DoorFeature>()?.Door == DoorKind.Api)
                    message.SkipHandler();
                return Task.CompletedTask;
            };
            openId.Events.OnRedirectToIdentityProvider = redirect =>
            {
                // Never from the request: its Host header is anybody's.
                redirect.ProtocolMessage.RedirectUri = hub.AppUrl + OpenIdOptions.CallbackPath;
                return Task.CompletedTask;
            };
            openId.Events.OnTicketReceived = ticket => FinishAsync(ticket, provider);
            openId.Events.OnRemoteFailure = static failure =>
            {
                WebLog.OpenIdFailed(Log(failure.HttpContext), failure.Failure?.Message.Split('\n')[0] ?? "no reason given");
                failure.HandleResponse();
                failure.Response.Redirect("/login?problem=openid");
                return Task.CompletedTask;
            };
        });
    }

    private static async Task FinishAsync(TicketReceivedContext ticket, OpenIdOptions provider)
    {
        ticket.HandleResponse();
        var http = ticket.HttpContext;
        var who = ticket.Principal!;
        var emails = who.FindAll("email").Select(claim => claim.Value).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        var verdicts = who.FindAll("email_verified").Select(claim => claim.Value).ToList();
        // Token and user info must agree, and say that the provider looked.
        var verified = emails.Count == 1 && verdicts.Count > 0
            && verdicts.TrueForAll(verdict => verdict.Equals("true", StringComparison.OrdinalIgnoreCase));
        var outcome = await http.RequestServices.GetRequiredService<OpenIdLogins>().LogInAsync(
            provider.Issuer.AbsoluteUri, who.FindFirst("sub")!.Value, verified ? emails[0] : null,
            Entrance.Address(http), http.RequestAborted);
        if (outcome.UserId is not { } user)
        {
            http.Response.Redirect("/login?problem=unknown");
            return;
        }

        await http.RequestServices.GetRequiredService<Entrance>().OpenAsync(http, user);
        http.Response.Redirect(LocalPath.Of(ticket.ReturnUri));
    }

    private static ILogger Log(HttpContext http) =>
        http.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(OpenId).FullName!);
}
