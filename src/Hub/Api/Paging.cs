using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Microsoft.AspNetCore.Http;
using PrivateConnect.Hub.Auth;

namespace PrivateConnect.Hub.Api;

/// <summary>Where a page of a list starts and how long it is; a cursor is the last key of the page before.</summary>
internal sealed record Paging(string After, int Limit)
{
    private const int DefaultLimit = 50;
    internal const int MaximumLimit = 200;
    // No id and no name is longer.
    private const int MaximumCursor = 128;

    /// <summary>For lists that begin with the newest.</summary>
    public string Before => After.Length == 0 ? Ids.Last : After;

    public static (Paging? Page, IResult? Problem) Read(HttpRequest request)
    {
        var limit = DefaultLimit;
        if (request.Query.TryGetValue("limit", out var wanted)
            && (!int.TryParse(wanted, NumberStyles.None, CultureInfo.InvariantCulture, out limit)
                || limit is < 1 or > MaximumLimit))
            return (null, Problem.BadRequest("bad_limit", $"limit is a number from 1 to {MaximumLimit}."));
        if (!request.Query.TryGetValue("cursor", out var cursor)) return (new Paging("", limit), null);
        return Decode(cursor.ToString()) is { } after
            ? (new Paging(after, limit), null)
            : (null, Problem.BadRequest("bad_cursor", "cursor is what the page before gave as \"next\"."));
    }

    /// <summary>This page of a list that was read one row longer than asked: that row tells whether there is a next page.</summary>
    public (List<T> Items, string? Next) Cut<T>(IReadOnlyList<T> rows, Func<T, string> key) =>
        ([.. rows.Take(Limit)], rows.Count > Limit ? Encode(key(rows[Limit - 1])) : null);

    private static string Encode(string last) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(last));

    private static string? Decode(string cursor)
    {
        if (cursor.Length is 0 or > MaximumCursor || !Base64Url.IsValid(cursor)) return null;
        var text = Encoding.UTF8.GetString(Base64Url.DecodeFromChars(cursor));
        // What we gave is plain ASCII; anything else (a zero byte stops PostgreSQL) was not ours.
        foreach (var c in text)
            if (c is < ' ' or > '~') return null;
        return text;
    }
}
