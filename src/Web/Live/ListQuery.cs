using System.Globalization;
using Microsoft.AspNetCore.Http.Extensions;

namespace PrivateConnect.Web.Live;

/// <summary>A list's choices: its page, its states and the columns it sorts by, the first of them if nothing is said.</summary>
/// <param name="Path">Where the list is.</param>
/// <param name="States">What it can be narrowed to; the empty one is all.</param>
/// <param name="Sorts">Its columns.</param>
/// <param name="LargestFirst">Those of them that begin with the largest.</param>
public sealed record ListShape(
    string Path, IReadOnlyList<string> States, IReadOnlyList<string> Sorts, IReadOnlyList<string> LargestFirst);

/// <summary>Which rows a list shows and in which order, from the address; anything that is no choice of ours is the default.</summary>
public sealed record ListQuery(ListShape Shape, string Text, string State, string Sort, bool Descending, int Page)
{
    // Longer than any name: what is beyond cannot match.
    private const int MaximumText = 100;

    /// <summary>Who shares what the query shows.</summary>
    public string Key => Address(this);

    /// <summary>Not every row matches.</summary>
    internal bool IsFiltered => Text.Length > 0 || State.Length > 0;

    /// <summary>Whether a row's word has the text of the query in it, in capitals or not.</summary>
    internal bool Finds(string word) => word.Contains(Text, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads what the address says.</summary>
    public static ListQuery Read(ListShape shape, string? text, string? state, string? sort, string? order, string? page)
    {
        ArgumentNullException.ThrowIfNull(shape);
        text = text?.Trim() ?? "";
        return new ListQuery(
            shape,
            text.Length <= MaximumText ? text : text[..MaximumText],
            shape.States.Contains(state) ? state! : "",
            shape.Sorts.Contains(sort) ? sort! : shape.Sorts[0],
            order == "down",
            int.TryParse(page, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? Math.Max(1, number) : 1);
    }

    /// <summary>The address of the same list by another column; the same column again turns the order.</summary>
    public string By(string sort) => Address(this with
    {
        Sort = sort,
        Descending = Sort == sort ? !Descending : Shape.LargestFirst.Contains(sort),
        Page = 1,
    });

    /// <summary>The address of another page.</summary>
    public string At(int page) => Address(this with { Page = page });

    /// <summary>For the column's head: ascending, descending, or null.</summary>
    public string? Order(string sort) => Sort != sort ? null : Descending ? "descending" : "ascending";

    /// <summary>In the order of the query's column; equals stay in the order that they have.</summary>
    internal IEnumerable<T> Sorted<T>(IEnumerable<T> rows, Func<T, IComparable> column)
    {
        var comparer = Comparer<IComparable>.Create(
            (a, b) => a is string one && b is string two ? string.CompareOrdinal(one, two) : a.CompareTo(b));
        return Descending ? rows.OrderByDescending(column, comparer) : rows.OrderBy(column, comparer);
    }

    private static string Address(ListQuery query)
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
        return query.Shape.Path + words;
    }
}
