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

    /// <summary>A GET answers HEAD too.</summary>
    public void Map(string method, string pattern, ApiPolicy policy, ApiDoc doc, ApiHandler handler)
    {
        var endpoint = new ApiEndpoint(method, pattern, policy, doc, handler);
        _endpoints.Add(endpoint);
        group.MapMethods(pattern, Methods(endpoint), Run(endpoint)).WithMetadata(policy, endpoint);
    }

    /// <summary>
    /// Answers everything else under the API's addresses, then checks that nothing lacks a policy.
    /// </summary>
    public void Seal()
    {
        foreach (var same in _endpoints.GroupBy(endpoint => endpoint.Pattern, StringComparer.Ordinal))
        {
            var read = same.FirstOrDefault(endpoint => endpoint.Method == HttpMethods.Get);
            foreach (var endpoint in same) endpoint.Read = read;
            Else(same.Key, string.Join(", ", same.SelectMany(Methods).Append("OPTIONS").Order(StringComparer.Ordinal)));
        }

        Else("/v1/{**rest}", null);
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

    private static string[] Methods(ApiEndpoint endpoint) =>
        endpoint is { Method: "GET", Doc.IsStreamed: false } ? ["GET", "HEAD"] : [endpoint.Method];

    /// <summary>Behind every endpoint that names its method; without allowed methods there is nothing here.</summary>
    private void Else(string pattern, string? allowed)
    {
        var rest = new ApiEndpoint("*", pattern, ApiPolicy.Open, ApiDoc.Of("Everything else."), call =>
        {
            if (allowed is null) return Task.FromResult(Problem.NotFound);
            call.Http.Response.Headers.Allow = allowed;
            return Task.FromResult(HttpMethods.IsOptions(call.Http.Request.Method)
                ? Results.NoContent()
                : Problem.WrongMethod(allowed));
        });
        group.Map(pattern, Run(rest)).WithMetadata(ApiPolicy.Open).WithOrder(int.MaxValue);
    }

    private static RequestDelegate Run(ApiEndpoint endpoint) =>
        http => http.RequestServices.GetRequiredService<ApiGate>().RunAsync(http, endpoint);
}
