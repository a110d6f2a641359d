using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using PrivateConnect.Web.Pages;

namespace PrivateConnect.Web.Live;

/// <summary><c>&lt;section live-part="name"&gt;</c>: draws the part into the page and names it for its events.</summary>
[HtmlTargetElement(Attributes = "live-part")]
public sealed class LivePartTagHelper(LiveFragments fragments) : TagHelper
{
    /// <summary>The name of one of the page's parts.</summary>
    [HtmlAttributeName("live-part")]
    public string Name { get; set; } = "";

    /// <summary>Set by Razor.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        var page = (LivePage)ViewContext.ViewData.Model!;
        var part = page.Parts.First(part => part.Name == Name);
        output.Attributes.SetAttribute("id", $"live-{Name}");
        output.Attributes.SetAttribute("sse-swap", Name);
        output.Attributes.SetAttribute("hx-swap", "morph:innerHTML");
        if (await fragments.GetFreshAsync(part) is not { } fragment)
            return;
        page.Drawn(Name, fragment.Version);
        output.Content.SetHtmlContent(fragment);
    }
}
