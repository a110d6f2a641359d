using Microsoft.Extensions.DependencyInjection;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;

namespace PrivateConnect.Hub.Api;

/// <summary>Finds the person that a body names.</summary>
internal static class Members
{
    /// <summary>The id of a member of the caller's workspace, by id or e-mail address; null when there is none.</summary>
    public static async Task<string?> FindAsync(ApiCall call, string idOrEmail)
    {
        // Anything else does not reach the database (a zero byte stops PostgreSQL).
        var key = Guid.TryParseExact(idOrEmail, "D", out var id) ? id.ToString("D") : EmailAddress.Normalize(idOrEmail);
        if (key is null) return null;
        await using var db = call.Http.RequestServices.GetRequiredService<Database>().Connect();
        return await db.FindMemberAsync(call.WorkspaceId, key, call.Ended);
    }
}
