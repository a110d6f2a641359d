using Microsoft.Extensions.Logging;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Agents;

/// <summary>What the relay logs about agents, services and streams.</summary>
internal static partial class AgentLog
{
    [LoggerMessage(2001, LogLevel.Information, "agent {Label} connected from {Address} (session {Epoch}, agent version {Version})")]
    public static partial void Connected(ILogger log, string label, string address, long epoch, string version);

    [LoggerMessage(2002, LogLevel.Information, "agent {Label} left: {Reason} ({Text})")]
    public static partial void Left(ILogger log, string label, SessionEndReason reason, string text);

    [LoggerMessage(2003, LogLevel.Information, "agent refused from {Address}: {Reason}")]
    public static partial void Refused(ILogger log, string address, string reason);

    [LoggerMessage(2004, LogLevel.Information, "service {Service} of agent {Label} listens on {Address}")]
    public static partial void Published(ILogger log, string service, string label, string address);

    [LoggerMessage(2005, LogLevel.Information, "service {Service} of agent {Label} withdrawn")]
    public static partial void Withdrawn(ILogger log, string service, string label);

    [LoggerMessage(2006, LogLevel.Information, "service {Service} of agent {Label} refused: {Reason}")]
    public static partial void PublishRefused(ILogger log, string service, string label, string reason);

    [LoggerMessage(2014, LogLevel.Information, "{Count} more refused services were not logged one by one")]
    public static partial void RefusalsUnlogged(ILogger log, int count);

    [LoggerMessage(2007, LogLevel.Debug, "stream of {Service} for {Peer} ended: {Error}, in {BytesIn} B, out {BytesOut} B")]
    public static partial void StreamEnded(
        ILogger log, string service, string peer, StreamError error, long bytesIn, long bytesOut);

    [LoggerMessage(2008, LogLevel.Information, "stream of {Service} for {Peer} failed: {Why}, in {BytesIn} B, out {BytesOut} B")]
    public static partial void StreamFailed(
        ILogger log, string service, string peer, string why, long bytesIn, long bytesOut);

    [LoggerMessage(2010, LogLevel.Information, "{Count} more failed streams were not logged one by one")]
    public static partial void StreamsUnlogged(ILogger log, int count);

    [LoggerMessage(2011, LogLevel.Error, "a defect on a relay loop")]
    public static partial void LoopDefect(ILogger log, Exception defect);

    [LoggerMessage(2009, LogLevel.Error, "handling a request of agent {Label} failed")]
    public static partial void RequestFailed(ILogger log, Exception error, string label);

    [LoggerMessage(2013, LogLevel.Warning, "a diagnosis of service {Service} was answered but not kept: {Reason}")]
    public static partial void DiagnosisNotKept(ILogger log, string service, string reason);

    [LoggerMessage(2012, LogLevel.Warning,
        "the identity of agent {Label} is used in two places, now from {Address} and before from {Before}: revoke it and enrol each machine anew")]
    public static partial void IdentityCopied(ILogger log, string label, string address, string before);
}
