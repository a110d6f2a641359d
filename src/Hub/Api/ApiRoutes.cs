using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// The only way an endpoint of the API is made: with its policy. Seals itself with a check of all that was mapped.
/// </summary>
internal sealed class ApiRoutes(RouteGroupBuilder group)
{
    private readonly List<ApiEndpoint> _endpoints = [];

    /// <summary>All that was mapped, in the order of mapping.</summary>
    public IReadOnlyList<ApiEndpoint> Endpoints => _endpoints;

    public void Map(string method, string pattern, ApiPolicy policy, ApiDoc doc, ApiHandler handler)
    {
        _endpoints.Add(new ApiEndpoint(method, pattern, policy, doc, handler));
        group.MapMethods(pattern, [method], Run(policy, handler)).WithMetadata(policy);
    }

    /// <summary>
    /// Answers everything else under the API's addresses with problems, then checks that nothing lacks a policy.
    /// </summary>
    public void Seal()
    {
        foreach (var same in _endpoints.GroupBy(endpoint => endpoint.Pattern, StringComparer.Ordinal))
        {
            var allowed = string.Join(", ", same.Select(endpoint => endpoint.Method).Order(StringComparer.Ordinal));
            Else(same.Key, call =>
            {
                call.Http.Response.Headers.Allow = allowed;
                return Task.FromResult(Problem.WrongMethod(allowed));
            });
        }

        Else("/v1/{**rest}", static _ => Task.FromResult(Problem.NotFound));
        RequirePolicies(group);
    }

    /// <exception cref="InvalidOperationException">An endpoint declares no policy.</exception>
    public static void RequirePolicies(IEndpointRouteBuilder routes)
    {
        foreach (var endpoint in routes.DataSources.SelectMany(source => source.Endpoints))
            if (endpoint.Metadata.GetMetadata<ApiPolicy>() is null)
                throw new InvalidOperationException(
                    $"The API endpoint {endpoint.DisplayName} declares no policy; map it through {nameof(ApiRoutes)}.");
    }

    // Behind every endpoint that names its method.
    private void Else(string pattern, ApiHandler handler) =>
        group.Map(pattern, Run(ApiPolicy.Open, handler)).WithMetadata(ApiPolicy.Open).WithOrder(int.MaxValue);

    private static RequestDelegate Run(ApiPolicy policy, ApiHandler handler) =>
        http => http.RequestServices.GetRequiredService<ApiGate>().RunAsync(http, policy, handler);
}
