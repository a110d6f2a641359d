using System.Text;
using Microsoft.Extensions.Logging;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Diagnosing;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Checks;

namespace PrivateConnect.Hub.Agents;

/// <summary>What agents ask of diagnoses: a check is passed on to the service's agent, a diagnosis is made here and kept.</summary>
internal sealed class AgentChecks(Diagnoser diagnoser, Diagnostics diagnostics, AgentRegistry registry, ILogger log)
{
    /// <summary>On the session's loop. No right and no service look alike, as in OPEN of the service itself.</summary>
    public void Open(MuxStream stream, CheckName asked, AgentSession by)
    {
        if (asked.Kind == CheckKind.Diagnose && diagnoser.MayAsk(by.Agent, asked.Service))
            _ = Task.Run(() => DiagnoseAsync(stream, asked.Service, by));
        else if (asked.Kind == CheckKind.Check && registry.FindService(by.Agent.WorkspaceId, asked.Service) is { } service)
            service.Reach(stream, by, asked.ToString(), isReport: true);
        else
            stream.Reset(asked.Kind == CheckKind.Via ? StreamError.UnknownService : StreamError.AgentAway);
    }

    private async Task DiagnoseAsync(MuxStream stream, string service, AgentSession by)
    {
        try
        {
            var (document, failure) = await diagnoser.RunAsync(by.Agent.WorkspaceId, service, [Diagnoser.Hub, by.Agent.AgentId]);
            if (document is null)
            {
                stream.Reset(failure == DiagnosisFailure.TooSoon ? StreamError.TooManyStreams : StreamError.AgentAway);
                return;
            }

            var text = Diagnoser.Write(document);
            var end = new ReportEnd();
            stream.Attach(end);
            end.Answer(Encoding.UTF8.GetBytes(text));
            await diagnostics.StoreAsync(by.Agent.WorkspaceId, service, $"agent {by.Agent.AgentId}", text, CancellationToken.None);
        }
        catch (Exception failed) when (DatabaseFailure.Describe(failed) is { } reason)
        {
            // It was answered; only the record is missing.
            AgentLog.DiagnosisNotKept(log, service, reason);
        }
        catch (Exception mistake)
        {
            // A defect of ours costs this answer and nothing else.
            AgentLog.RequestFailed(log, mistake, by.Agent.Label);
            stream.Reset(StreamError.InternalError);
        }
    }
}
