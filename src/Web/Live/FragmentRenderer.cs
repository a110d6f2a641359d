using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Razor;
using Microsoft.AspNetCore.Mvc.Rendering;
using Microsoft.AspNetCore.Mvc.ViewFeatures;

namespace PrivateConnect.Web.Live;

/// <summary>
/// Renders a partial to text apart from any request: the partial sees its model and nothing of who looks, so its text may be
/// shown to all who share the model.
/// </summary>
public sealed class FragmentRenderer(
    IRazorViewEngine views, ITempDataProvider tempData, IModelMetadataProvider metadata, IServiceScopeFactory scopes)
{
    public async Task<string> RenderAsync(string partial, object model)
    {
        var found = views.GetView(null, partial, isMainPage: false);
        if (!found.Success)
            throw new InvalidOperationException($"There is no partial {partial}.");
        await using var scope = scopes.CreateAsyncScope();
        var http = new DefaultHttpContext { RequestServices = scope.ServiceProvider };
        var action = new ActionContext(http, new RouteData(), new ActionDescriptor());
        await using var text = new StringWriter();
        var data = new ViewDataDictionary(metadata, new ModelStateDictionary()) { Model = model };
        await found.View.RenderAsync(new ViewContext(
            action, found.View, data, new TempDataDictionary(http, tempData), text, new HtmlHelperOptions()));
        return text.ToString().Trim();
    }
}
