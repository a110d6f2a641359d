namespace PrivateConnect.Protocol.Streams;

/// <summary>The one spelling of a <see cref="LimitingFactor"/> in API, metrics, page and command.</summary>
public static class FactorWords
{
    /// <summary>The word; "none" where nothing is known to limit.</summary>
    public static string Of(LimitingFactor factor) => factor switch
    {
        LimitingFactor.Source => "source",
        LimitingFactor.Reader => "reader",
        LimitingFactor.Window => "window",
        LimitingFactor.Connection => "connection",
        LimitingFactor.Scheduler => "scheduler",
        LimitingFactor.Limit => "limit",
        _ => "none",
    };
}
