namespace PrivateConnect.Hub.Api;

/// <summary>Where a request carries a parameter.</summary>
internal enum ApiPlace
{
    Path = 0,
    Query = 1,
    Header = 2,
}

/// <summary>One parameter of an endpoint, as the API's document tells it. No values: any of its JSON schema type.</summary>
internal sealed record ApiParameter(
    string Name, ApiPlace Place, string Description, string Type = "string", params IReadOnlyList<string> Values);
