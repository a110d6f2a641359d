using LinqToDB;
using LinqToDB.Async;
using PrivateConnect.Hub.Data.Rows;

namespace PrivateConnect.Hub.Data;

internal static class DeviceQueries
{
    public const string Open = "open";
    public const string Approved = "approved";
    public const string Denied = "denied";
    public const string Spent = "spent";

    public static Task DeleteExpiredDevicesAsync(this HubDb db, DateTimeOffset now, CancellationToken ct) =>
        db.DeviceCodes.Where(row => row.ExpiresAt <= now).DeleteAsync(ct);

    /// <summary>All that did not expire, decided ones too: nobody makes room by being denied.</summary>
    [NeedsNoIndex("the table has at most a thousand rows, which is what is counted")]
    public static Task<int> CountDevicesAsync(this HubDb db, CancellationToken ct) => db.DeviceCodes.CountAsync(ct);

    public static Task<int> CountDevicesAsync(this HubDb db, string source, CancellationToken ct) =>
        db.DeviceCodes.CountAsync(row => row.Source == source && row.State != Spent, ct);

    public static Task InsertDeviceAsync(this HubDb db, DeviceCodeRow row, CancellationToken ct) =>
        db.InsertAsync(row, token: ct);

    public static Task<DeviceCodeRow?> FindDeviceAsync(
        this HubDb db, string deviceHash, DateTimeOffset now, CancellationToken ct) =>
        db.DeviceCodes.FirstOrDefaultAsync(row => row.DeviceHash == deviceHash && row.ExpiresAt > now, ct);

    public static Task<DeviceCodeRow?> FindOpenDeviceAsync(
        this HubDb db, string userHash, DateTimeOffset now, CancellationToken ct) =>
        db.DeviceCodes.FirstOrDefaultAsync(
            row => row.UserHash == userHash && row.State == Open && row.ExpiresAt > now, ct);

    /// <summary>True for exactly one decision.</summary>
    public static async Task<bool> DecideDeviceAsync(
        this HubDb db, string userHash, string state, string workspaceId, string userId, DateTimeOffset now,
        CancellationToken ct) =>
        await db.DeviceCodes
            .Where(row => row.UserHash == userHash && row.State == Open && row.ExpiresAt > now)
            .Set(row => row.State, state)
            .Set(row => row.WorkspaceId, workspaceId)
            .Set(row => row.UserId, userId)
            .UpdateAsync(ct) == 1;

    /// <summary>Takes back what this person let in and what was not collected yet.</summary>
    public static Task DenyDevicesOfAsync(this HubDb db, string userId, string? workspaceId, CancellationToken ct) =>
        db.DeviceCodes
            .Where(row => row.UserId == userId && row.State == Approved
                && (workspaceId == null || row.WorkspaceId == workspaceId))
            .Set(row => row.State, Denied)
            .UpdateAsync(ct);

    /// <summary>What the machine of a user code calls itself.</summary>
    public static Task<string?> DeviceLabelAsync(this HubDb db, string userHash, CancellationToken ct) =>
        db.DeviceCodes.Where(row => row.UserHash == userHash).Select(row => row.Label).FirstOrDefaultAsync(ct);

    /// <summary>True for exactly one poll.</summary>
    public static async Task<bool> SpendDeviceAsync(
        this HubDb db, string deviceHash, DateTimeOffset now, CancellationToken ct) =>
        await db.DeviceCodes
            .Where(row => row.DeviceHash == deviceHash && row.State == Approved && row.ExpiresAt > now)
            .Set(row => row.State, Spent)
            .UpdateAsync(ct) == 1;
}
