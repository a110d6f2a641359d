using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace PrivateConnect.Hub.Door;

/// <summary>Marks an endpoint that answers on one door only; on the other it does not exist.</summary>
public sealed record DoorMetadata(DoorKind Door)
{
    /// <summary>Only through this door.</summary>
    public static T Require<T>(T endpoints, DoorKind door) where T : IEndpointConventionBuilder =>
        endpoints.WithMetadata(new DoorMetadata(door));

    /// <summary>After routing: an endpoint of the other door is a 404.</summary>
    public static Task Enforce(HttpContext context, RequestDelegate next)
    {
        var wanted = context.GetEndpoint()?.Metadata.GetMetadata<DoorMetadata>();
        var came = context.Features.Get<DoorFeature>();
        if (wanted is null || came is null || wanted.Door == came.Door)
            return next(context);
        context.Response.StatusCode = StatusCodes.Status404NotFound;
        return Task.CompletedTask;
    }
}
