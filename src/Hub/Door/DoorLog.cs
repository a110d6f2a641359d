using System.Net;
using Microsoft.Extensions.Logging;

namespace PrivateConnect.Hub.Door;

internal static partial class DoorLog
{
    [LoggerMessage(1001, LogLevel.Warning, "Accepting on {Door} failed ({Error}); trying again in {BackOffMs} ms")]
    public static partial void AcceptFailed(ILogger logger, DoorKind door, string error, int backOffMs);

    [LoggerMessage(1002, LogLevel.Debug, "Connection from {Remote} on {Door} dropped: {Reason}")]
    public static partial void Dropped(ILogger logger, DoorKind door, IPEndPoint remote, string reason);

    [LoggerMessage(1003, LogLevel.Error, "Connection from {Remote} on {Door} ended by a defect of the hub")]
    public static partial void Defect(ILogger logger, Exception error, DoorKind door, IPEndPoint remote);

    [LoggerMessage(1004, LogLevel.Information, "Certificate reloaded, pin {Pin}")]
    public static partial void CertificateReloaded(ILogger logger, string pin);

    [LoggerMessage(1005, LogLevel.Warning, "New certificate not used, the old one stays: {Reason}")]
    public static partial void CertificateRefused(ILogger logger, string reason);

    [LoggerMessage(1006, LogLevel.Error, "Accepting on {Door} met a defect of the hub; trying again in {BackOffMs} ms")]
    public static partial void AcceptDefect(ILogger logger, Exception error, DoorKind door, int backOffMs);
}
