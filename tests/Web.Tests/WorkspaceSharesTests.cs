using PrivateConnect.Hub.Agents;
using PrivateConnect.Protocol.Sessions;
using Xunit;

namespace PrivateConnect.Web.Tests;

/// <summary>Sessions within workspaces within the process.</summary>
public sealed class WorkspaceSharesTests
{
    [Fact]
    public void SharesAreEqualAndGrowWhenOthersLeave()
    {
        var process = new HeldBytes(1_200, null);
        var shares = new WorkspaceShares(process, sessionCost: 0);
        var first = shares.Enter("a", isReturn: false)!;
        Assert.Equal(1_200, first.Budget.Budget);
        var second = shares.Enter("b", isReturn: false)!;
        var third = shares.Enter("b", isReturn: false)!;
        Assert.Same(second.Budget, third.Budget);
        Assert.Equal((600, 600), (first.Budget.Budget, second.Budget.Budget));
        second.Dispose();
        second.Dispose();
        Assert.Equal(600, first.Budget.Budget);
        third.Dispose();
        Assert.Equal(1_200, first.Budget.Budget);
        Assert.Equal(0, process.Held);
    }

    [Fact]
    public void AWorkspaceThatIsFullLetsOthersIn()
    {
        var shares = new WorkspaceShares(new HeldBytes(2_000, null), sessionCost: 0);
        var greedy = shares.Enter("a", isReturn: false)!;
        var modest = shares.Enter("b", isReturn: false)!;
        greedy.Budget.Add(5_000);
        Assert.False(greedy.Budget.MayOpen);
        Assert.True(modest.Budget.MayOpen && modest.Budget.MayGrow);
    }

    [Fact]
    public void UnderAPromiseSessionsCountAndAFullShareTakesOnlyWhoComesBack()
    {
        var process = new HeldBytes(1_000, null);
        var shares = new WorkspaceShares(process, sessionCost: 300);
        var places = Enumerable.Range(0, 3).Select(_ => shares.Enter("a", isReturn: false)).ToList();
        Assert.All(places, Assert.NotNull);
        Assert.Equal(900, process.Held);
        Assert.Null(shares.Enter("a", isReturn: false));
        Assert.NotNull(shares.Enter("a", isReturn: true));
        Assert.NotNull(shares.Enter("b", isReturn: false));
    }
}
