using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Agents;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Protocol.Sessions;
using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Hub.Api;

/// <summary>
/// What flows, for Prometheus: the agents and services of the key's workspace, and sums of the whole hub without names.
/// Labels are bounded by agents and services; streams are in the API.
/// </summary>
internal static class MetricsApi
{
    public static void Map(ApiRoutes routes) => routes.Map("GET", "/metrics", ApiPolicy.Key(Scopes.Metrics),
        ApiDoc.Of("What flows, in the Prometheus text format.").Streams("text/plain"), Get);

    private static Task<IResult> Get(ApiCall call)
    {
        var sample = call.Http.RequestServices.GetRequiredService<LiveView>().Current;
        return Task.FromResult(Results.Text(Write(sample, call.WorkspaceId), PrometheusText.ContentType));
    }

    internal static string Write(LiveSample sample, string workspaceId)
    {
        var text = new PrometheusText();
        WriteHub(text, sample);
        WriteAgents(text, [.. sample.Agents.Where(agent => agent.WorkspaceId == workspaceId)]);
        WriteServices(text, [.. sample.Services.Where(service => service.WorkspaceId == workspaceId)]);
        return text.ToString();
    }

    private static void WriteHub(PrometheusText text, LiveSample sample)
    {
        text.Gauge("privateconnect_agents", "Agents that are connected, all workspaces.", sample.Agents.Count);
        text.Gauge("privateconnect_streams", "Streams that live, all workspaces.", sample.Agents.Sum(agent => agent.Streams));
        text.Gauge("privateconnect_ports_used", "Tunnel ports that are listened on.", sample.PortsUsed);
        text.Gauge("privateconnect_ports", "Tunnel ports of the range.", sample.PortsTotal);
        text.Gauge("privateconnect_held_bytes", "Bytes that wait for slow ends, all workspaces.", HeldBytes.Process.Held);
        text.Counter(
            "privateconnect_streams_ended_total", "Streams that ended, by cause, all workspaces.",
            sample.StreamEnds.Select(end => (PrometheusText.Labels(("cause", end.Key.ToString())), (double)end.Value)));
        text.Counter(
            "privateconnect_sessions_ended_total", "Agents' sessions that ended, by reason, all workspaces.",
            sample.SessionEnds.Select(end => (PrometheusText.Labels(("reason", end.Key.ToString())), (double)end.Value)));
    }

    private static void WriteAgents(PrometheusText text, LiveAgent[] agents)
    {
        var named = agents.Select(agent => (Agent: agent, Labels: PrometheusText.Labels(("agent", agent.AgentId), ("label", agent.Label)))).ToList();
        text.Gauge(
            "privateconnect_agent_round_trip_seconds", "Smoothed round trip of the session.",
            named.Where(a => a.Agent.RoundTrip is not null).Select(a => (a.Labels, a.Agent.RoundTrip!.Value.TotalSeconds)));
        text.Gauge("privateconnect_agent_streams", "Streams that live.", named.Select(a => (a.Labels, (double)a.Agent.Streams)));
        text.Counter(
            "privateconnect_agent_received_bytes_total", "Frame bytes from the agent in this session.",
            named.Select(a => (a.Labels, (double)a.Agent.BytesIn)));
        text.Counter(
            "privateconnect_agent_sent_bytes_total", "Frame bytes to the agent in this session.",
            named.Select(a => (a.Labels, (double)a.Agent.BytesOut)));
    }

    private static void WriteServices(PrometheusText text, LiveService[] services)
    {
        var named = services.Select(service => (Service: service, Labels: PrometheusText.Labels(("service", service.Name)))).ToList();
        text.Gauge("privateconnect_service_streams", "Streams that live.", named.Select(s => (s.Labels, (double)s.Service.Streams)));
        text.Counter(
            "privateconnect_service_received_bytes_total", "Bytes from the service since it was published.",
            named.Select(s => (s.Labels, (double)s.Service.BytesIn)));
        text.Counter(
            "privateconnect_service_sent_bytes_total", "Bytes to the service since it was published.",
            named.Select(s => (s.Labels, (double)s.Service.BytesOut)));
        text.Gauge(
            "privateconnect_service_held_bytes", "Bytes that wait for slow visitors of the 100 busiest streams.",
            named.Select(s => (s.Labels, (double)s.Service.BytesHeld)));
        text.Gauge(
            "privateconnect_service_added_wait_seconds", "Mean wait of a turn of its busiest stream for the session's writer.",
            named.Where(s => s.Service.Busiest.Count > 0).Select(s => (s.Labels, s.Service.Busiest[0].AddedWait.TotalSeconds)));
        text.Gauge(
            "privateconnect_service_limit_bits_per_second", "Its limit, where it has one.",
            named.Where(s => s.Service.Share.LimitBitsPerSecond > 0)
                .Select(s => (s.Labels, (double)s.Service.Share.LimitBitsPerSecond)));
        text.Gauge(
            "privateconnect_service_limiting_factor", "1 for what holds its busiest stream back now, by direction.",
            services.Where(s => s.Busiest.Count > 0).SelectMany(s => new[] { Factor(s, "in", s.InFactor), Factor(s, "out", s.OutFactor) }));
        text.Counter(
            "privateconnect_service_streams_ended_total", "Its streams that ended since it was published, by cause.",
            services.SelectMany(s => s.Ended.Select(end => (
                PrometheusText.Labels(("service", s.Name), ("cause", end.Key.ToString())), (double)end.Value))));
    }

    private static (string Labels, double Value) Factor(LiveService service, string direction, LimitingFactor factor) =>
        (PrometheusText.Labels(("service", service.Name), ("direction", direction), ("factor", FactorWords.Of(factor))), 1);
}
