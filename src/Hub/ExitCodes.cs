namespace PrivateConnect.Hub;

/// <summary>How the hub's process ends, for scripts. Documented in docs/operations.md.</summary>
public static class ExitCodes
{
    /// <summary>Ended in order.</summary>
    public const int Ok = 0;

    /// <summary>A defect of the hub.</summary>
    public const int Defect = 1;

    /// <summary>An option or argument has no allowed value.</summary>
    public const int Usage = 2;

    /// <summary>Nothing is built (run.sh --no-build).</summary>
    public const int NotBuilt = 3;

    /// <summary>The database cannot be opened or is newer than this hub.</summary>
    public const int Database = 4;

    /// <summary>A port is taken or may not be bound.</summary>
    public const int Port = 5;

    /// <summary>The certificate or its key cannot be used.</summary>
    public const int Certificate = 6;

    /// <summary>The data folder cannot be made or written.</summary>
    public const int DataFolder = 7;

    /// <summary>No .NET 10 SDK to build with (run.sh, connect).</summary>
    public const int NoSdk = 8;

    /// <summary>The audit log was changed (hub audit verify).</summary>
    public const int AuditBroken = 9;

    /// <summary>There are migrations to run (hub migrate --dry-run).</summary>
    public const int MigrationsPending = 10;
}
