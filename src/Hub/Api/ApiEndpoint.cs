namespace PrivateConnect.Hub.Api;

/// <summary>One endpoint as it was declared: what the gate asks of callers and what the document tells of it.</summary>
internal sealed record ApiEndpoint(string Method, string Pattern, ApiPolicy Policy, ApiDoc Doc, ApiHandler Handler)
{
    /// <summary>The GET of the same address, if there is one; set when all are mapped.</summary>
    public ApiEndpoint? Read { get; set; }
}
