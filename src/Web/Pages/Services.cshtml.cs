using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>All services of the workspace: filtered, sorted and cut into pages by the hub.</summary>
public sealed class ServicesModel(ServiceTable table) : LivePage
{
    /// <summary>Part of a name, an agent's label or a target.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    /// <summary>See <see cref="ServiceQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>See <see cref="ServiceQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    /// <summary>See <see cref="ServiceQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Order { get; set; }

    /// <summary>What is asked. The page's number comes from the address: "page" is a word of the framework's routes too.</summary>
    public ServiceQuery Query => ServiceQuery.Read(Text, State, Sort, Order, Request.Query["page"]);

    /// <summary>Viewers look.</summary>
    public bool MayAct => Who.Role >= Role.Member;

    /// <summary>The page.</summary>
    public void OnGet()
    {
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<LivePart> MakeParts()
    {
        var (workspace, query) = (Who.WorkspaceId, Query);
        return [new("services", "/Pages/_ServiceTable.cshtml", $"{workspace} {query}", sample => table.Read(sample, workspace, query))];
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;
}
