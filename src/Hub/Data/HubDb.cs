using LinqToDB;
using LinqToDB.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

/// <summary>
/// One connection to the database: a property per table, nothing else. Queries are extension methods beside it.
/// </summary>
public sealed class HubDb : DataConnection
{
    internal HubDb(DataOptions options) : base(options)
    {
    }

    public ITable<WorkspaceRow> Workspaces => this.GetTable<WorkspaceRow>();

    public ITable<UserRow> Users => this.GetTable<UserRow>();

    public ITable<MemberRow> Members => this.GetTable<MemberRow>();

    public ITable<LoginLinkRow> LoginLinks => this.GetTable<LoginLinkRow>();

    public ITable<AuthSessionRow> AuthSessions => this.GetTable<AuthSessionRow>();

    public ITable<UserIdentityRow> UserIdentities => this.GetTable<UserIdentityRow>();

    public ITable<InvitationRow> Invitations => this.GetTable<InvitationRow>();

    public ITable<ApiKeyRow> ApiKeys => this.GetTable<ApiKeyRow>();

    public ITable<EnrolmentTokenRow> EnrolmentTokens => this.GetTable<EnrolmentTokenRow>();

    public ITable<AgentRow> Agents => this.GetTable<AgentRow>();

    public ITable<ServiceRow> Services => this.GetTable<ServiceRow>();

    public ITable<PortLeaseRow> PortLeases => this.GetTable<PortLeaseRow>();

    public ITable<DeviceCodeRow> DeviceCodes => this.GetTable<DeviceCodeRow>();

    public ITable<ServiceRightsRow> ServiceRights => this.GetTable<ServiceRightsRow>();

    public ITable<GrantRow> Grants => this.GetTable<GrantRow>();

    public ITable<WorkspaceQuotaRow> WorkspaceQuotas => this.GetTable<WorkspaceQuotaRow>();

    public ITable<RestingPortRow> RestingPorts => this.GetTable<RestingPortRow>();

    public ITable<AuditEventRow> AuditEvents => this.GetTable<AuditEventRow>();

    public ITable<IdempotentCallRow> IdempotentCalls => this.GetTable<IdempotentCallRow>();

    public ITable<AuditChainRow> AuditChains => this.GetTable<AuditChainRow>();

    public ITable<TunnelRow> Tunnels => this.GetTable<TunnelRow>();

    public ITable<DiagnosticRow> Diagnostics => this.GetTable<DiagnosticRow>();

    public ITable<ShareLinkRow> ShareLinks => this.GetTable<ShareLinkRow>();
}
