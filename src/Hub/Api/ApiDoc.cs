using System.Collections.Immutable;
using System.Text.Json.Serialization.Metadata;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// What an endpoint tells the API's document beyond its address and policy. What follows from those (401, 403, 404 of an
/// address with an id, 405, 429, 500, 503; 400, 413 and 415 of a body) is not repeated here.
/// </summary>
internal sealed record ApiDoc
{
    private ApiDoc(string summary) => Summary = summary;

    public string Summary { get; }

    /// <summary>The JSON body it takes; null: none.</summary>
    public JsonTypeInfo? Body { get; private init; }

    /// <summary>Its answers by status; null: without a body.</summary>
    public ImmutableSortedDictionary<int, ApiAnswer?> Answers { get; private init; } =
        ImmutableSortedDictionary<int, ApiAnswer?>.Empty;

    /// <summary>Further refusals, each a problem document.</summary>
    public ImmutableSortedSet<int> Refusals { get; private init; } = [];

    public ImmutableList<ApiParameter> Parameters { get; private init; } = [];

    /// <summary>It takes cursor and limit (see <see cref="Paging"/>).</summary>
    public bool IsPaged { get; private init; }

    /// <summary>Its answer is sent piece by piece: no ETag, no HEAD, no length.</summary>
    public bool IsStreamed { get; private init; }

    /// <summary>What it may take beside the database's time; longer: 503.</summary>
    public TimeSpan Patience { get; private init; }

    public static ApiDoc Of(string summary) => new(summary);

    public ApiDoc Takes(JsonTypeInfo body) => this with { Body = body };

    public ApiDoc Gives(int status, JsonTypeInfo? body = null) =>
        this with { Answers = Answers.Add(status, body is null ? null : new ApiAnswer(body, "application/json")) };

    /// <summary>Answers 200 in pieces of another media type than JSON.</summary>
    public ApiDoc Streams(params IReadOnlyList<string> mediaTypes) =>
        this with { Answers = Answers.Add(200, new ApiAnswer(null, mediaTypes)), IsStreamed = true };

    public ApiDoc Refuses(params IEnumerable<int> statuses) => this with { Refusals = Refusals.Union(statuses) };

    /// <summary>Describes a part of the address; one that is not described is told by its name alone.</summary>
    public ApiDoc Path(string name, string description) =>
        this with { Parameters = Parameters.Add(new ApiParameter(name, ApiPlace.Path, description)) };

    /// <summary>A query parameter that may be left out; <paramref name="type"/> is a JSON schema type.</summary>
    public ApiDoc Query(string name, string description, string type = "string", params IReadOnlyList<string> values) =>
        this with { Parameters = Parameters.Add(new ApiParameter(name, ApiPlace.Query, description, type, values)) };

    /// <summary>A request header that may be left out.</summary>
    public ApiDoc Header(string name, string description) =>
        this with { Parameters = Parameters.Add(new ApiParameter(name, ApiPlace.Header, description)) };

    /// <summary>It waits for somebody else than the database, at most so long.</summary>
    public ApiDoc Waits(TimeSpan most) => this with { Patience = most };

    /// <summary>A list that is read with cursor and limit.</summary>
    public ApiDoc Paged() => this with { IsPaged = true };
}

/// <summary>The body of an answer: its JSON type (null: no JSON) and its media types.</summary>
internal sealed record ApiAnswer(JsonTypeInfo? Body, params IReadOnlyList<string> MediaTypes);
