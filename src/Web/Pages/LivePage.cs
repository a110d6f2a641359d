using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.AspNetCore.Mvc;
using PrivateConnect.Web.Live;

namespace PrivateConnect.Web.Pages;

/// <summary>A page with parts that stay fresh while it is open; docs/architecture.md tells how to make one.</summary>
public abstract class LivePage : PersonPage
{
    private readonly Dictionary<string, string> _drawn = new(StringComparer.Ordinal);
    private IReadOnlyList<LivePart>? _parts;

    /// <summary>The parts of this page, for whoever looks and what the query asks.</summary>
    public IReadOnlyList<LivePart> Parts => _parts ??= MakeParts();

    /// <summary>Where the browser gets the parts from, and the versions that it has.</summary>
    public string LiveAddress
    {
        get
        {
            var query = new QueryBuilder(Request.Query.Where(pair => pair.Key is not ("handler" or "have"))
                .SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value ?? ""))))
            {
                { "handler", "live" },
                { "have", string.Join('.', Parts.Select(part => _drawn.GetValueOrDefault(part.Name, ""))) },
            };
            return Request.Path + query.ToString();
        }
    }

    /// <summary>The live parts as server-sent events.</summary>
    public async Task<IActionResult> OnGetLiveAsync(string? have)
    {
        // A HEAD comes here too, and has no body to wait for.
        if (HttpMethods.IsGet(Request.Method))
            await HttpContext.RequestServices.GetRequiredService<LivePush>().RunAsync(HttpContext, Who, Parts, have);
        return new EmptyResult();
    }

    internal void Drawn(string part, string version) => _drawn[part] = version;

    /// <summary>Made once a request, after the page's values were bound.</summary>
    protected abstract IReadOnlyList<LivePart> MakeParts();
}
