namespace PrivateConnect.Hub.Api.Reference;

/// <summary>Every status an endpoint may refuse with: what it declares and what follows from its kind.</summary>
internal static class OpenApiRefusals
{
    public static SortedSet<int> Of(ApiEndpoint endpoint)
    {
        var (policy, doc) = (endpoint.Policy, endpoint.Doc);
        var statuses = new SortedSet<int>(doc.Refusals) { 429, 500, 503 };
        if (policy.NeedsSecret) statuses.Add(401);
        if (policy.Scope is not null || policy.Least > Auth.Role.Viewer) statuses.Add(403);
        if (OpenApiParameters.PathNames(endpoint).Any()) statuses.Add(404);
        if (doc.IsPaged || doc.Parameters.Exists(parameter => parameter.Place != ApiPlace.Path)) statuses.Add(400);
        if (doc.Body is not null) statuses.UnionWith([400, 413, 415]);
        if (IsIdempotent(endpoint)) statuses.UnionWith([400, 409, 413, 422]);
        if (IsConditional(endpoint)) statuses.Add(412);
        if (doc.Answers.GetValueOrDefault(200)?.Body is not null && endpoint.Method == "GET") statuses.Add(304);
        return statuses;
    }

    public static bool IsIdempotent(ApiEndpoint endpoint) => endpoint is { Method: "POST", Policy.NeedsKey: true };

    public static bool IsConditional(ApiEndpoint endpoint) =>
        endpoint is { Method: "PUT" or "PATCH" or "DELETE", Policy.NeedsKey: true };
}
