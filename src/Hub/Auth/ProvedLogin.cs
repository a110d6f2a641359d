using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>What happens when a person has proved that an address is theirs, by whatever way.</summary>
internal static class ProvedLogin
{
    public static async Task<LoginOutcome> RunAsync(
        HubDb db, AuditLog audit, UserRow user, string address, string how, DateTimeOffset now, CancellationToken ct)
    {
        if (await db.FirstMembershipAsync(user.Id, ct) is not { } member)
            return LoginOutcome.Refused(LoginFailure.NoWorkspace,
                "You are a member of no workspace now; ask an owner to invite you.");
        // Who came before the first proof may have been somebody else who typed this address into an invitation's page.
        if (await db.VerifyUserAsync(user.Id, now, ct))
        {
            await db.DeleteSessionsOfAsync(user.Id, ct);
            await db.RevokePersonalKeysAsync(user.Id, null, now, ct);
            await db.CloseWaysInAsync(user.Id, null, ct);
        }

        await audit.WriteAsync(
            db, member.WorkspaceId, $"user {user.Id}", address, "user.log-in", user.Id, how, ct);
        return LoginOutcome.Done(user.Id, user.Email);
    }
}
