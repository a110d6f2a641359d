using System.Globalization;
using Npgsql;

namespace PrivateConnect.Hub.Data;

/// <summary>What DATABASE_URL says, parsed by us so that a mistake is named without printing the password.</summary>
internal sealed record DatabaseUrl(string Engine, string ConnectionString, string Place, string? File)
{
    public const string Sqlite = "sqlite";
    public const string PostgreSql = "postgresql";
    public const string FileName = "privateconnect.db";

    private const string Expected =
        "Expected postgresql://user:password@host:port/database, or nothing for the embedded SQLite file.";
    private const int DefaultPort = 5432;
    // A hub asks for few rows at a time; more connections than this only move the queue into the server.
    private const int MaximumPoolSize = 20;
    // For migrations, which run before anybody waits; what serves people has DatabaseLimits.
    private const int ConnectSeconds = 15;
    private const int CommandSeconds = 15;

    public static DatabaseUrl Parse(string? url, string dataDir)
    {
        url = url?.Trim();
        if (string.IsNullOrEmpty(url) || url == "sqlite:" || url == "sqlite") return SqliteFile(dataDir);
        if (url.StartsWith("sqlite:", StringComparison.OrdinalIgnoreCase))
            throw Bad($"the SQLite file always is {FileName} in the data folder (DATA_DIR); "
                + "write sqlite: without a path.");
        foreach (var scheme in (ReadOnlySpan<string>)["postgresql://", "postgres://"])
            if (url.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) return Postgres(url[scheme.Length..]);
        throw Bad($"it does not start with postgresql://. {Expected}");
    }

    private static DatabaseUrl SqliteFile(string dataDir)
    {
        var file = Path.GetFullPath(Path.Combine(dataDir, FileName));
        var builder = new Microsoft.Data.Sqlite.SqliteConnectionStringBuilder
        {
            DataSource = file,
            ForeignKeys = true,
            DefaultTimeout = CommandSeconds,
        };
        return new DatabaseUrl(Sqlite, builder.ConnectionString, file, file);
    }

    private static DatabaseUrl Postgres(string rest)
    {
        var query = "";
        if (rest.IndexOf('?') is var mark and >= 0) (rest, query) = (rest[..mark], rest[(mark + 1)..]);
        // The last @ ends the user part: a password with a bare @ is a common mistake and unambiguous.
        var at = rest.LastIndexOf('@');
        var (user, password) = Split(at < 0 ? "" : rest[..at], ':');
        var (authority, name) = Split(rest[(at + 1)..], '/');
        var (host, port) = HostAndPort(authority);
        if (user.Length == 0) throw Bad($"it names no user. {Expected}");
        if (host.Length == 0) throw Bad($"it names no host. {Expected}");
        if (name is null or "" || name.Contains('/')) throw Bad($"it names no database after the host. {Expected}");

        var builder = new NpgsqlConnectionStringBuilder
        {
            Host = host,
            Port = port,
            Username = Decode(user),
            Password = password is null ? null : Decode(password),
            Database = Decode(name),
            ApplicationName = "privateconnect",
            Timeout = ConnectSeconds,
            CommandTimeout = CommandSeconds,
            MaxPoolSize = MaximumPoolSize,
        };
        Options(builder, query);
        return new DatabaseUrl(PostgreSql, builder.ConnectionString, $"{host}:{port}/{builder.Database}", null);
    }

    private static void Options(NpgsqlConnectionStringBuilder builder, string query)
    {
        foreach (var pair in query.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var (key, value) = Split(pair, '=');
            var text = Decode(value ?? "");
            switch (key)
            {
                case "sslmode":
                    if (!Enum.TryParse<SslMode>(text.Replace("-", "", StringComparison.Ordinal), true, out var mode)
                        || !Enum.IsDefined(mode))
                        throw Bad("sslmode can be disable, allow, prefer, require, verify-ca or verify-full.");
                    builder.SslMode = mode;
                    break;
                case "sslrootcert":
                    builder.RootCertificate = text;
                    break;
                case "schema":
                    builder.SearchPath = text;
                    break;
                default:
                    throw Bad("it has an option that is not known; sslmode, sslrootcert and schema are.");
            }
        }
    }

    private static (string Host, int Port) HostAndPort(string authority)
    {
        if (authority.StartsWith('['))
        {
            var end = authority.IndexOf(']');
            if (end < 0) throw Bad($"an IPv6 host needs both brackets. {Expected}");
            return (authority[1..end], Port(authority[(end + 1)..]));
        }

        var colon = authority.IndexOf(':');
        return colon < 0 ? (authority, DefaultPort) : (authority[..colon], Port(authority[colon..]));
    }

    private static int Port(string text)
    {
        if (text.Length == 0) return DefaultPort;
        if (text[0] == ':'
            && int.TryParse(text.AsSpan(1), NumberStyles.None, CultureInfo.InvariantCulture, out var port)
            && port is > 0 and <= 65535) return port;
        throw Bad($"its port is not a number from 1 to 65535. {Expected}");
    }

    private static (string Left, string? Right) Split(string text, char at) =>
        text.IndexOf(at) is var i and >= 0 ? (text[..i], text[(i + 1)..]) : (text, null);

    private static string Decode(string text) => Uri.UnescapeDataString(text);

    private static DatabaseUnavailableException Bad(string what) => new($"DATABASE_URL cannot be used: {what}");
}
