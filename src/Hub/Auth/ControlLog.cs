using Microsoft.Extensions.Logging;

namespace PrivateConnect.Hub.Auth;

/// <summary>Log events of the control layer. No secret and no hash of one is ever an argument.</summary>
internal static partial class ControlLog
{
    [LoggerMessage(201, LogLevel.Warning, "Last-seen times are not being written: {Reason}")]
    public static partial void TouchesLost(ILogger log, string reason);

    [LoggerMessage(202, LogLevel.Warning,
        "Service {Service} is up but not in the database, trying again until it is: {Reason}")]
    public static partial void ServiceWriteDelayed(ILogger log, string service, string reason);

    [LoggerMessage(203, LogLevel.Information, "{Count} delayed service writes are in the database")]
    public static partial void ServiceWritesCaughtUp(ILogger log, int count);

    [LoggerMessage(204, LogLevel.Error,
        "Service {Service} is up but the database refuses it, so its port may change at the next start: {Reason}")]
    public static partial void ServiceWriteRefused(ILogger log, string service, string reason);

    [LoggerMessage(205, LogLevel.Information,
        "Agent {Label} enrolled in workspace {Workspace} from {Address} as {AgentId}")]
    public static partial void Enrolled(ILogger log, string label, string workspace, string address, string agentId);

    [LoggerMessage(206, LogLevel.Information, "Agent {AgentId} revoked by {Actor}")]
    public static partial void Revoked(ILogger log, string agentId, string actor);

    [LoggerMessage(207, LogLevel.Information, "Service {Service} deleted by {Actor}")]
    public static partial void ServiceDeleted(ILogger log, string service, string actor);

    [LoggerMessage(208, LogLevel.Warning, "API request {RequestId} failed because of the database: {Reason}")]
    public static partial void ApiDatabaseFailure(ILogger log, string requestId, string reason);

    [LoggerMessage(209, LogLevel.Error, "API request {RequestId} failed because of a mistake in the hub")]
    public static partial void ApiMistake(ILogger log, Exception mistake, string requestId);

    [LoggerMessage(210, LogLevel.Information, "Agent {Label} changed its key from {Address} ({AgentId})")]
    public static partial void Rotated(ILogger log, string label, string address, string agentId);

    [LoggerMessage(211, LogLevel.Information, "Ephemeral agent {Label} stayed away and is gone with its services ({AgentId})")]
    public static partial void Vanished(ILogger log, string label, string agentId);

    [LoggerMessage(212, LogLevel.Warning, "Ephemeral agents that stay away are not taken out, trying again: {Reason}")]
    public static partial void VanishDelayed(ILogger log, string reason);

    [LoggerMessage(213, LogLevel.Warning, "A line of the audit log was lost because of the database: {Reason}")]
    public static partial void AuditLost(ILogger log, string reason);

    [LoggerMessage(220, LogLevel.Warning, "A mail was not sent, trying again: {Reason}")]
    public static partial void MailDelayed(ILogger log, string reason);

    [LoggerMessage(221, LogLevel.Error, "A mail was given up; who asked for it must ask again: {Reason}")]
    public static partial void MailLost(ILogger log, string reason);

    [LoggerMessage(222, LogLevel.Error, "A mail could not be written; who asked for it must ask again")]
    public static partial void MailNotWritten(ILogger log, Exception failure);

    [LoggerMessage(230, LogLevel.Warning, "Refused acts are counted but not yet in the audit log: {Reason}")]
    public static partial void RefusalsDelayed(ILogger log, string reason);

    [LoggerMessage(231, LogLevel.Warning, "Old rows are not being removed, trying again at the next turn: {Reason}")]
    public static partial void RetentionFailed(ILogger log, string reason);

    [LoggerMessage(232, LogLevel.Information, "Retention removed {Count} rows of {Table}")]
    public static partial void RowsRemoved(ILogger log, long count, string table);

    [LoggerMessage(233, LogLevel.Error,
        "The audit log of workspace '{Workspace}' is broken at line {Line}, so none of it is removed: {What}. "
        + "Run 'hub audit verify'")]
    public static partial void AuditBroken(ILogger log, string workspace, long line, string what);

    [LoggerMessage(234, LogLevel.Information, "Audit log of workspace '{Workspace}': head {Head}")]
    public static partial void AuditHead(ILogger log, string workspace, string head);

    [LoggerMessage(235, LogLevel.Warning, "What flows is not being written, {Waiting} rows wait: {Reason}")]
    public static partial void TunnelsDelayed(ILogger log, int waiting, string reason);

    [LoggerMessage(236, LogLevel.Error, "{Count} rows of what flowed are lost: the database is away for too long")]
    public static partial void TunnelsLost(ILogger log, int count);

    [LoggerMessage(237, LogLevel.Error, "A write behind its caller's back failed because of a mistake in the hub; those after it go on")]
    public static partial void WriteMistake(ILogger log, Exception mistake);
}
