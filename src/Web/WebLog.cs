namespace PrivateConnect.Web;

/// <summary>Log events of the dashboard. No secret is ever an argument.</summary>
internal static partial class WebLog
{
    [LoggerMessage(3001, LogLevel.Warning, "A log-in through the OpenID provider failed: {Reason}")]
    public static partial void OpenIdFailed(ILogger log, string reason);
}
