using PrivateConnect.Hub.Agents;

namespace PrivateConnect.Web.Live;

/// <summary>
/// A part of a page that is sent again when its text changes. Everybody whose part has the same key sees the same text: the
/// key names all that the model depends on (workspace, role, query), and the partial may use nothing but its model.
/// </summary>
/// <param name="Name">Its name in the page and as an event; letters only.</param>
/// <param name="Partial">The partial that draws it, such as <c>/Pages/_Tiles.cshtml</c>.</param>
/// <param name="Key">Who shares it.</param>
/// <param name="Model">From the sample of this second to the partial's model; null when what the page shows is gone.</param>
public sealed record LivePart(string Name, string Partial, string Key, Func<LiveSample, object?> Model);
