using System.Globalization;
using Microsoft.AspNetCore.Razor.TagHelpers;

namespace PrivateConnect.Web.Live;

/// <summary>
/// <c>&lt;time at="…" /&gt;</c>: a moment, in UTC; the page's script puts it into the viewer's zone. <c>clock</c> shows seconds
/// and the day only where it is not today; <c>day</c> shows the day alone.
/// </summary>
[HtmlTargetElement("time", Attributes = "at", TagStructure = TagStructure.NormalOrSelfClosing)]
public sealed class MomentTagHelper : TagHelper
{
    /// <summary>When.</summary>
    public DateTimeOffset At { get; set; }

    /// <summary>The time of day only.</summary>
    public bool Clock { get; set; }

    /// <summary>The day only.</summary>
    public bool Day { get; set; }

    /// <inheritdoc/>
    public override void Process(TagHelperContext context, TagHelperOutput output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.TagMode = TagMode.StartTagAndEndTag;
        output.Attributes.SetAttribute("datetime", At.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
        if (Clock)
            output.Attributes.SetAttribute("data-clock", "");
        else if (Day)
            output.Attributes.SetAttribute("data-day", "");
        output.Content.SetContent(Clock ? Format.Clock(At) : Day ? Format.Day(At) : Format.Moment(At));
    }
}
