using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.People;

/// <summary>Finds the person that somebody names.</summary>
internal static class Members
{
    /// <summary>The id of a member of the workspace, by id or e-mail address; null when there is none.</summary>
    public static async Task<string?> FindAsync(Database database, string workspaceId, string idOrEmail, CancellationToken ct)
    {
        // Anything else does not reach the database (a zero byte stops PostgreSQL).
        var key = Guid.TryParseExact(idOrEmail, "D", out var id) ? id.ToString("D") : EmailAddress.Normalize(idOrEmail);
        if (key is null) return null;
        await using var db = database.Connect();
        return await db.FindMemberAsync(workspaceId, key, ct);
    }
}
