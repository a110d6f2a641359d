using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Auth;

/// <summary>
/// People who come from an OpenID provider. The first time, its word that it verified the address finds the person;
/// from then on the provider's own name for them does, so a changed address there takes nobody over here.
/// </summary>
public sealed class OpenIdLogins(Database database, AuditLog audit)
{
    private static readonly LoginOutcome Unknown = LoginOutcome.Refused(LoginFailure.NoWorkspace,
        "This hub knows nobody of the address that the provider verified; ask an owner to invite you.");

    /// <summary>Logs in whoever the validated token names; null for an address that the provider did not verify.</summary>
    public async Task<LoginOutcome> LogInAsync(
        string issuer, string subject, string? verifiedEmail, string address, CancellationToken ct)
    {
        var now = database.Time.GetUtcNow();
        await using var db = database.Connect();
        await using var transaction = await db.BeginTransactionAsync(ct);
        var user = await db.FindUserByIdentityAsync(issuer, subject, ct);
        if (user is null)
        {
            if (EmailAddress.Normalize(verifiedEmail) is not { } email
                || await db.FindUserByEmailAsync(email, ct) is not { } known) return Unknown;
            user = known;
            await db.InsertIdentityAsync(
                new UserIdentityRow { Issuer = issuer, Subject = subject, UserId = user.Id, CreatedAt = now }, ct);
        }

        var outcome = await ProvedLogin.RunAsync(db, audit, user, address, "openid", now, ct);
        if (outcome.Failure == LoginFailure.None) await transaction.CommitAsync(ct);
        return outcome;
    }
}
