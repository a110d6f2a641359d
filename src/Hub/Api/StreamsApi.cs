using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Rights;
using PrivateConnect.Protocol.Control;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Api;

/// <summary>A live stream; docs/operations.md explains the factors. Rates in bytes a second, "in" is from the agent.</summary>
internal sealed record StreamView(
    string Id, string Peer, DateTimeOffset OpenedAt, long BytesIn, long BytesOut, double InRate, double OutRate,
    long BytesHeld, int Window, int PeerWindow, string InFactor, string OutFactor, double AddedWaitMilliseconds);

/// <summary>The busiest streams of a service (at most 100 of <c>Live</c>), its share, and how earlier ones ended.</summary>
internal sealed record ServiceStreams(
    int Live, double? RoundTripMilliseconds, int Weight, long LimitBitsPerSecond, long FloorBitsPerSecond,
    IReadOnlyDictionary<string, long> Ended, IReadOnlyList<StreamView> Items);

internal static class StreamsApi
{
    private const string Name = "The service's name.";

    public static void Map(ApiRoutes routes)
    {
        routes.Map("GET", "/v1/services/{name}/streams", ApiPolicy.Key(Scopes.Services),
            ApiDoc.Of("Lists the busiest live streams of a service, its share, and how earlier streams ended.")
                .Path("name", Name).Gives(200, ApiJson.Default.ServiceStreams),
            List);
        routes.Map("DELETE", "/v1/services/{name}/streams/{id}", ApiPolicy.Key(Scopes.Services, ServiceActs.ToEnd),
            ApiDoc.Of("Ends one live stream: both its ends see a reset.").Path("name", Name)
                .Path("id", "As the list gives it.").Gives(204),
            KillAsync);
    }

    private static Task<IResult> List(ApiCall call)
    {
        var name = call.Route("name");
        var sample = call.Http.RequestServices.GetRequiredService<LiveView>().Current;
        var live = sample.Services.FirstOrDefault(s => s.WorkspaceId == call.WorkspaceId && s.Name == name);
        if (live is null && call.Http.RequestServices.GetRequiredService<ServiceDirectory>().Find(call.WorkspaceId, name) is null)
            return Task.FromResult(Problem.NotFound);
        var agent = live is null ? null : sample.Agents.FirstOrDefault(a => a.AgentId == live.AgentId);
        var share = live?.Share ?? ServiceShare.Default;
        return Task.FromResult(Results.Json(
            new ServiceStreams(
                live?.Streams ?? 0, agent?.RoundTrip?.TotalMilliseconds, share.Weight, share.LimitBitsPerSecond,
                share.FloorBitsPerSecond, Words(live?.Ended), [.. (live?.Busiest ?? []).Select(View)]),
            ApiJson.Default.ServiceStreams));
    }

    private static async Task<IResult> KillAsync(ApiCall call) =>
        await call.Http.RequestServices.GetRequiredService<ServiceActs>()
            .KillAsync(call.Requester(), call.Route("name"), call.Route("id"), call.Ended)
            ? Results.NoContent()
            : Problem.NotFound;

    private static Dictionary<string, long> Words(IReadOnlyDictionary<StreamError, long>? ended) =>
        (ended ?? new Dictionary<StreamError, long>()).ToDictionary(pair => pair.Key.ToString(), pair => pair.Value);

    private static StreamView View(LiveStream stream) => new(
        stream.Id, stream.Peer, stream.OpenedAt, stream.BytesIn, stream.BytesOut, stream.InRate, stream.OutRate,
        stream.BytesHeld, stream.Window, stream.PeerWindow, FactorWords.Of(stream.InFactor), FactorWords.Of(stream.OutFactor),
        stream.AddedWait.TotalMilliseconds);
}
