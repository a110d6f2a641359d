using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Api;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Events;

internal static class EventsApi
{
    public static void Map(ApiRoutes routes) => routes.Map("GET", "/v1/events", ApiPolicy.AnyKey(),
        ApiDoc.Of("Follows what happens in the workspace, as server-sent events; a key sees what its scopes cover.")
            .Header("Last-Event-ID", "Goes on after this event; a reset event tells that some are lost.")
            .Streams("text/event-stream"),
        Follow);

    private static Task<IResult> Follow(ApiCall call)
    {
        var services = call.Http.RequestServices;
        var seats = services.GetRequiredService<EventSeats>();
        return Task.FromResult(seats.TryTake(call.Caller.KeyId)
            ? new EventStream(call, services.GetRequiredService<EventFeed>(), seats, services.GetRequiredService<ApiKeys>(),
                services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ILogger<EventStream>>())
            : Problem.TooManyReaders);
    }
}
