using System.Net;
using System.Net.Sockets;
using PrivateConnect.Hub.Auth;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Data.Rows;
using PrivateConnect.Hub.Door;
using PrivateConnect.Hub.Rights;

namespace PrivateConnect.Hub.Devices;

/// <summary>
/// Enrolment by device code, after RFC 8628: a machine asks, a logged-in person says yes or no on a page, the machine
/// collects a one-time token that enrols it. Both codes are kept as hashes, the short one's under a key.
/// </summary>
public sealed class DeviceCodes : IDisposable
{
    /// <summary>How long a person has to decide.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(10);

    /// <summary>Open codes of the hub: what strangers may make it keep. More: refused until some expire.</summary>
    public const int MaximumOpen = 1_000;

    /// <summary>Open codes of one source: a rack that is set up in one go stays below. More: refused.</summary>
    public const int MaximumPerSource = 10;

    // The machine spends it at once; an answer that got lost means asking a person again.
    private static readonly TimeSpan TokenLife = TimeSpan.FromMinutes(5);

    // Wrong codes a minute, of one person and of one source (34.6 bits, at most 1,000 open: 1 in 25 million a try).
    private const int MaximumTries = 5;

    private const string DevicePrefix = "pd_";

    private readonly Database _database;
    private readonly AuditLog _audit;
    private readonly Quotas _quotas;
    private readonly UserCodeKey _key;
    private readonly PollPace _pace;
    private readonly TryLimit _tries;
    private readonly SemaphoreSlim _making = new(1);

    public DeviceCodes(Database database, AuditLog audit, Quotas quotas, UserCodeKey key)
    {
        ArgumentNullException.ThrowIfNull(database);
        (_database, _audit, _quotas, _key) = (database, audit, quotas, key);
        _pace = new PollPace(database.Time);
        _tries = new TryLimit(database.Time, MaximumTries);
    }

    /// <summary>Gives a machine its codes; null when it, its neighbours or everybody together have too many open ones.</summary>
    public async Task<DeviceStart?> StartAsync(
        string label, string agentVersion, bool ephemeral, IPAddress? address, CancellationToken ct)
    {
        var device = TokenSecret.Create(DevicePrefix, TokenSecret.LongBytes);
        var user = UserCode.Create();
        var now = _database.Time.GetUtcNow();
        var source = Source(address);
        // One at a time, so that the bounds are exact.
        var made = await _making.InTurnAsync(async () =>
        {
            await using var db = _database.Connect();
            await db.DeleteExpiredDevicesAsync(now, ct);
            if (await db.CountDevicesAsync(ct) >= MaximumOpen || await db.CountDevicesAsync(source, ct) >= MaximumPerSource) return false;
            await db.InsertDeviceAsync(
                new DeviceCodeRow
                {
                    Id = Ids.New(_database.Time),
                    DeviceHash = TokenSecret.Hash(device),
                    UserHash = _key.Hash(user),
                    Label = label,
                    AgentVersion = agentVersion,
                    Ephemeral = ephemeral,
                    Address = address?.Unmapped().ToString() ?? "",
                    Source = source,
                    CreatedAt = now,
                    ExpiresAt = now + Life,
                    State = DeviceQueries.Open,
                },
                ct);
            return true;
        }, ct);
        return made ? new DeviceStart(device, user, Life, PollPace.Interval) : null;
    }

    /// <summary>Answers a machine that asks whether somebody decided. A token is given to one poll only.</summary>
    public async Task<(DevicePoll Answer, string? Token)> PollAsync(string deviceCode, CancellationToken ct)
    {
        if (!TokenSecret.HasShape(deviceCode, DevicePrefix, TokenSecret.LongBytes)) return (DevicePoll.ExpiredToken, null);
        var hash = TokenSecret.Hash(deviceCode);
        var now = _database.Time.GetUtcNow();
        await using var db = _database.Connect();
        if (await db.FindDeviceAsync(hash, now, ct) is not { } row || row.State == DeviceQueries.Spent)
        {
            _pace.Forget(hash);
            return (DevicePoll.ExpiredToken, null);
        }

        switch (row.State)
        {
            case DeviceQueries.Open:
                return (_pace.IsTooSoon(hash) ? DevicePoll.SlowDown : DevicePoll.AuthorizationPending, null);
            case DeviceQueries.Denied:
                return (DevicePoll.AccessDenied, null);
        }

        await using var transaction = await db.BeginTransactionAsync(ct);
        if (!await db.SpendDeviceAsync(hash, now, ct)) return (DevicePoll.ExpiredToken, null);
        var token = await EnrolmentTokens.InsertAsync(
            db, _database.Time, row.WorkspaceId!, now + TokenLife, row.UserId, $"user {row.UserId}", row.Ephemeral, ct);
        await transaction.CommitAsync(ct);
        _pace.Forget(hash);
        return (DevicePoll.Granted, token);
    }

    /// <summary>Who asks under this code; null with the reason when nobody does or this person tried too often.</summary>
    public async Task<(DeviceRequest? Request, DeviceDecision Refusal)> LookAsync(
        string? typed, SessionIdentity who, IPAddress? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (IsLocked(who, address)) return (null, DeviceDecision.TooManyTries);
        if (UserCode.Normalize(typed) is { } code)
        {
            await using var db = _database.Connect();
            if (await db.FindOpenDeviceAsync(_key.Hash(code), _database.Time.GetUtcNow(), ct) is { } row)
                return (new DeviceRequest(code, row.Label, row.AgentVersion, row.Ephemeral, row.Address, row.CreatedAt), DeviceDecision.Done);
        }

        Wrong(who, address);
        return (null, DeviceDecision.Unknown);
    }

    /// <summary>Lets a machine in, as an agent of this person in their workspace, or sends it away.</summary>
    public async Task<DeviceDecision> DecideAsync(
        string? typed, bool approve, SessionIdentity who, IPAddress? address, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(who);
        if (IsLocked(who, address)) return DeviceDecision.TooManyTries;
        await using var db = _database.Connect();
        if (approve && _quotas.Of(who.WorkspaceId).Agents is { } most
            && await db.CountAgentsAsync(who.WorkspaceId, ct) >= most) return DeviceDecision.Quota;
        await using var transaction = await db.BeginTransactionAsync(ct);
        // In turn with removals, which take back what this person let in by then.
        await db.LockWorkspaceAsync(who.WorkspaceId, ct);
        if (approve && !(await db.FindMemberEntryAsync(who.WorkspaceId, who.UserId, ct) is { Role: >= Role.Member }))
            return DeviceDecision.Unknown;
        if (UserCode.Normalize(typed) is not { } code || !await db.DecideDeviceAsync(
            _key.Hash(code), approve ? DeviceQueries.Approved : DeviceQueries.Denied, who.WorkspaceId, who.UserId,
            _database.Time.GetUtcNow(), ct))
        {
            Wrong(who, address);
            return DeviceDecision.Unknown;
        }

        await _audit.WriteAsync(
            db, who.WorkspaceId, who.Actor, address?.Unmapped().ToString() ?? "", approve ? "device.approve" : "device.deny",
            await db.DeviceLabelAsync(_key.Hash(code), ct) ?? "", AuditLog.Done, ct);
        await transaction.CommitAsync(ct);
        return DeviceDecision.Done;
    }

    public void Dispose() => _making.Dispose();

    private bool IsLocked(SessionIdentity who, IPAddress? address) =>
        _tries.IsOver(who.Actor) || _tries.IsOver(Source(address));

    private void Wrong(SessionIdentity who, IPAddress? address)
    {
        _tries.Add(who.Actor);
        _tries.Add(Source(address));
    }

    /// <summary>What one holder has one of: an IPv4 address, an IPv6 /64.</summary>
    private static string Source(IPAddress? address)
    {
        if (address?.Unmapped() is not { } plain) return "unknown";
        if (plain.AddressFamily == AddressFamily.InterNetwork) return plain.ToString();
        var bytes = plain.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return $"{new IPAddress(bytes)}/64";
    }
}
