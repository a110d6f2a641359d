using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Api.Reference;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Devices;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Hub.Events;
using PrivateConnect.Hub.Mail;
using PrivateConnect.Hub.People;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub;

/// <summary>
/// All wiring of the control layer. The caller registers a Database and a UserCodeKey; LiveView is registered unless it is there.
/// </summary>
public static class HubControl
{
    public static IServiceCollection AddHubControl(this IServiceCollection services)
    {
        services.TryAddSingleton<LiveView>();
        services.TryAddSingleton(TimeProvider.System);
        services.AddSingleton<AuditLog>();
        services.AddSingleton<AuditTrail>();
        services.AddSingleton<Diagnostics>();
        services.AddSingleton<LastChecks>();
        services.AddSingleton<ShareLinks>();
        services.AddSingleton<WrongSecrets>();
        services.TryAddSingleton(RateLimitRules.Default);
        services.AddSingleton<ApiLimits>();
        services.AddSingleton<IdempotentCalls>();
        services.AddSingleton<ApiConditions>();
        services.AddSingleton<ApiGate>();
        services.AddSingleton<ApiKeys>();
        services.AddSingleton<EnrolmentTokens>();
        services.AddSingleton<LoginLinks>();
        services.AddSingleton<AuthSessions>();
        services.AddSingleton<OpenIdLogins>();
        services.TryAddSingleton<HubOptions>();
        services.AddSingleton(provider => new MailQueue(
            provider.GetService<IMailTransport>(), provider.GetRequiredService<TimeProvider>(),
            provider.GetRequiredService<ILogger<MailQueue>>()));
        services.AddSingleton<MailLimits>();
        services.AddSingleton<LoginMail>();
        services.AddSingleton<MemberDirectory>();
        services.AddSingleton<Invitations>();
        services.AddSingleton<Acceptance>();
        services.AddSingleton<Workspaces>();
        services.AddSingleton<WorkspaceKeys>();
        services.AddSingleton<EventFeed>();
        services.AddSingleton<EventSeats>();
        services.AddSingleton<LiveEvents>();
        services.AddSingleton<Quotas>();
        services.AddSingleton<ServicePolicy>();
        services.AddSingleton<ServiceActs>();
        services.AddSingleton<AgentActs>();
        services.AddSingleton<DeviceCodes>();
        services.AddSingleton<AgentDirectory>();
        services.AddSingleton<ServiceDirectory>();
        services.AddSingleton<FlowHistories>();
        return services;
    }

    /// <summary>
    /// The API of port 3001 (the result takes what holds for all of it, such as RequireHost). Throws when an endpoint
    /// of it declares no policy.
    /// </summary>
    public static IEndpointConventionBuilder MapHubApi(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("");
        var api = new ApiRoutes(group);
        HealthApi.Map(api);
        EnrolmentsApi.Map(api);
        AgentsApi.Map(api);
        AgentKeyApi.Map(api);
        DeviceApi.Map(api);
        ServicesApi.Map(api);
        TunnelsApi.Map(api);
        AuditApi.Map(api);
        DiagnosticsApi.Map(api);
        DiagnosesApi.Map(api);
        ShareLinksApi.Map(api);
        StreamsApi.Map(api);
        MetricsApi.Map(api);
        WorkspacesApi.Map(api);
        MembersApi.Map(api);
        InvitationsApi.Map(api);
        ApiKeysApi.Map(api);
        SessionsApi.Map(api);
        EventsApi.Map(api);
        ReferenceApi.Map(api);
        GrantsApi.Map(api);
        QuotasApi.Map(api);
        api.Seal();
        return group;
    }

    /// <summary>
    /// Loads the directories and makes sure of the default workspace and the bootstrap key. Before anything listens.
    /// </summary>
    /// <exception cref="BootstrapKeyException">BOOTSTRAP_API_KEY has another shape.</exception>
    /// <exception cref="DatabaseUnavailableException">The database failed; the message is one line.</exception>
    public static async Task<HubControlStart> StartHubControlAsync(
        this IServiceProvider services, string? bootstrapApiKey, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(services);
        try
        {
            var firstKey = await services.GetRequiredService<ApiKeys>().EnsureBootstrapAsync(bootstrapApiKey, ct);
            await services.GetRequiredService<Quotas>().LoadAsync(ct);
            await services.GetRequiredService<AgentDirectory>().LoadAsync(ct);
            await services.GetRequiredService<ServiceDirectory>().LoadAsync(ct);
            await services.GetRequiredService<LastChecks>().LoadAsync(ct);
            // Nobody else asks for it: from here on it listens.
            services.GetRequiredService<LiveEvents>();
            await services.GetRequiredService<ServicePolicy>().LoadAsync(ct);
            var setup = await services.GetRequiredService<LoginLinks>().CreateSetupAsync(ct);
            return new HubControlStart(firstKey, setup);
        }
        catch (Exception failure)
            when (failure is not DatabaseUnavailableException && DatabaseFailure.Describe(failure) is { } reason)
        {
            throw new DatabaseUnavailableException($"The database cannot be used: {reason}", failure);
        }
    }
}
