namespace PrivateConnect.Web.Pages;

/// <summary>
/// A delete that asks for the thing's name first, for the partial <c>_Confirm</c>; the handler gets it as <c>confirm</c> and
/// compares it with <see cref="IsMeant"/>. Works without a script.
/// </summary>
/// <param name="Id">Unique in the page.</param>
/// <param name="Act">What the button says: "Delete service".</param>
/// <param name="Consequence">What then happens.</param>
/// <param name="Name">What must be typed.</param>
/// <param name="Action">Where the form goes.</param>
public sealed record Confirmation(string Id, string Act, string Consequence, string Name, string Action)
{
    /// <summary>What to say when something else was typed.</summary>
    public static string Refusal(string name) => $"Nothing was done: type {name} exactly to confirm.";

    /// <summary>Whether the name was typed.</summary>
    public static bool IsMeant(string? typed, string name) => string.Equals(typed?.Trim(), name, StringComparison.Ordinal);
}
