using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>A live list that the hub filters, sorts and cuts into pages, as the address asks.</summary>
public abstract class ListPage(ListShape shape) : LivePage
{
    /// <summary>What a row must contain.</summary>
    [BindProperty(SupportsGet = true, Name = "q")]
    public string? Text { get; set; }

    /// <summary>See <see cref="ListQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? State { get; set; }

    /// <summary>See <see cref="ListQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Sort { get; set; }

    /// <summary>See <see cref="ListQuery"/>.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Order { get; set; }

    /// <summary>What is asked. The page's number comes from the address: "page" is a word of the framework's routes too.</summary>
    public ListQuery Query => ListQuery.Read(shape, Text, State, Sort, Order, Request.Query["page"]);

    /// <summary>The page.</summary>
    public void OnGet()
    {
    }

    /// <inheritdoc/>
    protected override Task ReadAsync(CancellationToken ct) => Task.CompletedTask;
}
