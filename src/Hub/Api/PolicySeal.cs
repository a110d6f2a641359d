using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// Nothing is served that nobody decided about: each endpoint, of whatever part of the hub, says who may call it, and "anybody"
/// is said too.
/// </summary>
internal static class PolicySeal
{
    /// <exception cref="HubStartException">An endpoint says nothing.</exception>
    public static void Require(IEndpointRouteBuilder routes)
    {
        foreach (var endpoint in routes.DataSources.SelectMany(source => source.Endpoints))
            if (!IsDeclared(endpoint.Metadata))
                throw new HubStartException(ExitCodes.Defect,
                    $"the endpoint {endpoint.DisplayName} declares no policy: a defect of this build, report it");
    }

    private static bool IsDeclared(EndpointMetadataCollection said) =>
        said.GetMetadata<ApiPolicy>() is not null || said.GetMetadata<IAuthorizeData>() is not null
        || said.GetMetadata<IAllowAnonymous>() is not null;
}
