using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace PrivateConnect.Web.Live;

/// <summary>Which services a list shows and in which order, from the address; anything that is no choice of ours is the default.</summary>
public sealed record ServiceQuery(string Text, string State, string Sort, bool Descending, int Page)
{
    // Longer than any name: what is beyond cannot match.
    private const int MaximumText = 100;

    private static readonly string[] s_states = ["", "up", "down", "paused", "trouble"];
    private static readonly string[] s_sorts = ["name", "state", "agent", "port", "in", "out", "streams"];

    /// <summary>Reads what the address says.</summary>
    public static ServiceQuery Read(string? text, string? state, string? sort, string? order, string? page)
    {
        text = text?.Trim() ?? "";
        return new ServiceQuery(
            text.Length <= MaximumText ? text : text[..MaximumText],
            s_states.Contains(state) ? state! : "",
            s_sorts.Contains(sort) ? sort! : "name",
            order == "down",
            int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Max(1, number) : 1);
    }

    /// <summary>The address of the same list by another column; the same column again turns the order.</summary>
    public string By(string sort) => Address(this with
    {
        Sort = sort,
        Descending = Sort == sort ? !Descending : sort is "in" or "out" or "streams",
        Page = 1,
    });

    /// <summary>The address of another page.</summary>
    public string At(int page) => Address(this with { Page = page });

    /// <summary>For the column's head: ascending, descending, or null.</summary>
    public string? Order(string sort) => Sort != sort ? null : Descending ? "descending" : "ascending";

    private static string Address(ServiceQuery query)
    {
        var words = new QueryBuilder();
        if (query.Text.Length > 0)
            words.Add("q", query.Text);
        if (query.State.Length > 0)
            words.Add("state", query.State);
        words.Add("sort", query.Sort);
        if (query.Descending)
            words.Add("order", "down");
        if (query.Page > 1)
            words.Add("page", query.Page.ToString(CultureInfo.InvariantCulture));
        return "/services" + words;
    }
}
