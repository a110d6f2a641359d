namespace PrivateConnect.Hub.Auth;

/// <summary>Ids are made by the hub, never taken from a caller: UUID version 7, so that they sort by age.</summary>
internal static class Ids
{
    public static string New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow()).ToString("D");
}
