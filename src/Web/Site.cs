using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Door;
using PrivateConnect.Web.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web;

/// <summary>The dashboard's wiring: pages, files, log-in and the headers that keep a browser in line.</summary>
internal static class Site
{
    // Nothing inline, nothing from elsewhere, nobody's frame.
    private const string ContentPolicy =
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

    public static void AddSite(this WebApplicationBuilder builder, HubOptions options)
    {
        var services = builder.Services;
        services.AddRazorPages(pages =>
        {
            pages.Conventions.AllowAnonymousToPage("/Login");
            pages.Conventions.AllowAnonymousToPage("/Setup");
            pages.Conventions.AllowAnonymousToPage("/Invitation");
            pages.Conventions.AllowAnonymousToPage("/Shared");
            pages.Conventions.AllowAnonymousToPage("/Problem");
        });
        var authentication = services.AddAuthentication(SessionCookie.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionCookie>(SessionCookie.SchemeName, null);
        OpenId.Add(authentication, options);
        services.AddSingleton<Entrance>();
        services.AddAuthorization();
        services.AddSingleton<SiteFiles>();
        services.AddSingleton<FragmentRenderer>();
        services.AddSingleton<LiveFragments>();
        services.AddSingleton<LiveSeats>();
        services.AddSingleton<LivePush>();
        services.AddSingleton<Overview>();
        services.AddSingleton<ServiceTable>();
        services.AddSingleton<AgentTable>();
        services.AddSingleton<AgentDetail>();
        services.AddSingleton<Topology>();
        services.AddSingleton<ServiceDetail>();
        services.AddSingleton<ExposePlans>();
        services.AddSingleton<ExposeWait>();
        services.AddSingleton<QuotaUse>();
        services.AddHostedService<WarmUp>();
        // What the page after a redirect says; see PersonPage.Done.
        services.Configure<CookieTempDataProviderOptions>(note =>
        {
            note.Cookie.Name = "note";
            note.Cookie.SameSite = SameSiteMode.Strict;
            note.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
            note.Cookie.IsEssential = true;
        });
        // Not Secure by force: plain HTTP on the hub's own machine is a way in.
        services.AddAntiforgery(antiforgery =>
        {
            antiforgery.Cookie.Name = "form";
            antiforgery.Cookie.HttpOnly = true;
            antiforgery.Cookie.SameSite = SameSiteMode.Strict;
            antiforgery.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        });
        var keys = Path.Combine(options.DataDir, "keys");
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(keys);
        else
            Directory.CreateDirectory(keys, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        services.AddDataProtection().SetApplicationName("PrivateConnect").PersistKeysToFileSystem(new DirectoryInfo(keys));
    }

    public static void UseSite(this WebApplication app)
    {
        app.UseExceptionHandler(static failed => failed.Run(static context =>
        {
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync("The hub failed to answer this. Its log says why; try again.\n");
        }));
        app.UseWhen(
            static context => context.Features.Get<DoorFeature>()?.Door != DoorKind.Api,
            web =>
            {
                web.Use(SetHeaders);
                web.Use(RefuseOtherSites);
                web.Use(app.Services.GetRequiredService<SiteFiles>().HandleAsync);
                // A person gets a page that says why; a script gets the bare status.
                web.UseWhen(WantsPage, static person => person.UseStatusCodePagesWithReExecute("/problem"));
            });
    }

    /// <summary>Every page is for people who are logged in, except those that AddSite opens to anybody.</summary>
    public static void MapSite(this WebApplication app) => DoorMetadata.Require(app.MapRazorPages().RequireAuthorization(), DoorKind.Web);

    private static bool WantsPage(HttpContext context) =>
        context.Request.Headers.Accept.ToString().Contains("text/html", StringComparison.OrdinalIgnoreCase);

    // Beside the form tokens: a browser says when another site's page makes it post, or read beyond following a link to us
    // (a live part, which would hold a connection).
    private static Task RefuseOtherSites(HttpContext context, RequestDelegate next)
    {
        var headers = context.Request.Headers;
        var isVisit = (HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method))
            && headers["Sec-Fetch-Mode"].ToString() is "" or "navigate";
        if (isVisit || headers["Sec-Fetch-Site"] != "cross-site")
            return next(context);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task SetHeaders(HttpContext context, RequestDelegate next)
    {
        var headers = context.Response.Headers;
        headers.ContentSecurityPolicy = ContentPolicy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "same-origin";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        // Pages show secrets once; files (below) are asked for again after every update.
        headers.CacheControl = "no-cache, no-store";
        headers.Pragma = "no-cache";
        return next(context);
    }
}
