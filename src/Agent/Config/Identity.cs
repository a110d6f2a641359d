namespace PrivateConnect.Agent;

/// <summary>Who this agent is and where its hub is; identity.json in the config folder. The key lies beside it.</summary>
/// <param name="AgentId">The id the hub gave at enrolment.</param>
/// <param name="Label">The label the hub knows the agent by.</param>
/// <param name="Workspace">The workspace's name.</param>
/// <param name="Hub">The hub's URL.</param>
/// <param name="Pin"><c>sha256:</c> and 64 hex digits, or null where the certificate is a public one or there is no TLS.</param>
internal sealed record Identity(string AgentId, string Label, string Workspace, string Hub, string? Pin);
