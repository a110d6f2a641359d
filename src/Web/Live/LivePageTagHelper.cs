using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;
using Microsoft.AspNetCore.Razor.TagHelpers;
using PrivateConnect.Web.Pages;

namespace PrivateConnect.Web.Live;

/// <summary><c>&lt;div live-page&gt;</c> around a page's live parts: the one connection that keeps them fresh.</summary>
[HtmlTargetElement(Attributes = "live-page")]
public sealed class LivePageTagHelper : TagHelper
{
    /// <summary>Set by Razor.</summary>
    [ViewContext, HtmlAttributeNotBound]
    public ViewContext ViewContext { get; set; } = null!;

    /// <inheritdoc/>
    public override async Task ProcessAsync(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        // The parts first: the connection names the versions that they were drawn with.
        await output.GetChildContentAsync();
        output.Attributes.RemoveAll("live-page");
        output.Attributes.SetAttribute("hx-ext", "sse,morph");
        output.Attributes.SetAttribute("sse-connect", ((LivePage)ViewContext.ViewData.Model!).LiveAddress);
        output.Attributes.SetAttribute("sse-close", "over");
    }
}
