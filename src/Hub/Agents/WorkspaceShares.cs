using PrivateConnect.Protocol.Sessions;

namespace PrivateConnect.Hub.Agents;

/// <summary>
/// Divides the process's budget among the workspaces that have agents connected now, in equal shares: no workspace can
/// take another's. Any thread.
/// </summary>
/// <param name="process">What is divided.</param>
/// <param name="sessionCost">What an agent's session takes of its workspace's share; 0 where no promise was given.</param>
internal sealed class WorkspaceShares(HeldBytes process, long sessionCost)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, (HeldBytes Share, int Agents)> _shares = [];

    /// <summary>
    /// A place for one more agent; null when the share is full and the agent is not one that comes back to a place of its own.
    /// </summary>
    public WorkspacePlace? Enter(string workspace, bool isReturn)
    {
        lock (_gate)
        {
            if (!_shares.TryGetValue(workspace, out var entry))
            {
                entry.Share = new HeldBytes(process.Budget, process) { IsShare = true };
                _shares[workspace] = entry;
                Divide();
            }

            if (sessionCost > 0 && !isReturn && entry.Agents > 0 && !entry.Share.MayOpen)
                return null;
            _shares[workspace] = entry with { Agents = entry.Agents + 1 };
            entry.Share.Add(sessionCost);
            return new WorkspacePlace(this, workspace, entry.Share);
        }
    }

    /// <summary>The agent is gone; with a workspace's last one the others' shares grow.</summary>
    public void Leave(WorkspacePlace place)
    {
        lock (_gate)
        {
            place.Budget.Add(-sessionCost);
            var (share, agents) = _shares[place.Workspace];
            _shares[place.Workspace] = (share, agents - 1);
            if (agents > 1)
                return;
            _shares.Remove(place.Workspace);
            Divide();
        }
    }

    private void Divide()
    {
        foreach (var (share, _) in _shares.Values)
            share.Budget = process.Budget / _shares.Count;
    }
}

/// <summary>An agent's place in its workspace's share, until disposed of.</summary>
internal sealed class WorkspacePlace(WorkspaceShares shares, string workspace, HeldBytes budget) : IDisposable
{
    private bool _left;

    public string Workspace => workspace;

    /// <summary>The share, which all agents of the workspace have together.</summary>
    public HeldBytes Budget => budget;

    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _left, true))
            shares.Leave(this);
    }
}
