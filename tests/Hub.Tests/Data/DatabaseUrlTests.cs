using Npgsql;
using PrivateConnect.Hub.Data;
using Xunit;

namespace PrivateConnect.Hub.Tests.Data;

public sealed class DatabaseUrlTests
{
    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("sqlite:")]
    public void NothingMeansTheFileInTheDataFolder(string? url)
    {
        var parsed = DatabaseUrl.Parse(url, "/somewhere");
        Assert.Equal("sqlite", parsed.Engine);
        Assert.Equal("/somewhere/privateconnect.db", parsed.File);
    }

    [Theory]
    [InlineData("postgresql://u:p@h:5433/d", "h", 5433, "u", "p", "d")]
    [InlineData("postgres://u@h/d", "h", 5432, "u", null, "d")]
    [InlineData("postgresql://u:p%40%2Fw@[::1]:5432/d%20b", "::1", 5432, "u", "p@/w", "d b")]
    [InlineData("postgresql://u:p@w:x@h/d", "h", 5432, "u", "p@w:x", "d")]
    [InlineData("postgresql://u:p;Host=evil@h/d?sslmode=verify-full", "h", 5432, "u", "p;Host=evil", "d")]
    public void PartsAreTaken(string url, string host, int port, string user, string? password, string database)
    {
        var parsed = new NpgsqlConnectionStringBuilder(DatabaseUrl.Parse(url, "/x").ConnectionString);
        Assert.Equal((host, port, user, password, database),
            (parsed.Host, parsed.Port, parsed.Username, parsed.Password, parsed.Database));
    }

    [Theory]
    [InlineData("mysql://u:topsecret@h/d", "postgresql://")]
    [InlineData("sqlite:/tmp/topsecret.db", "DATA_DIR")]
    [InlineData("postgresql://:topsecret@h/d", "names no user")]
    [InlineData("postgresql://u:topsecret@/d", "names no host")]
    [InlineData("postgresql://u:topsecret@h", "names no database")]
    [InlineData("postgresql://u:topsecret@h/", "names no database")]
    [InlineData("postgresql://u:topsecret@h:0/d", "port")]
    [InlineData("postgresql://u:topsecret@h:70000/d", "port")]
    [InlineData("postgresql://u:topsecret@h:x/d", "port")]
    [InlineData("postgresql://u:topsecret@[::1/d", "brackets")]
    [InlineData("postgresql://u:topsecret@h/d?sslmode=off", "sslmode can be")]
    [InlineData("postgresql://u:topsecret@h/d?pool=9", "sslmode, sslrootcert and schema")]
    public void MistakesAreNamedInOneLineWithoutThePassword(string url, string says)
    {
        var refused = Assert.Throws<DatabaseUnavailableException>(() => DatabaseUrl.Parse(url, "/x"));
        Assert.StartsWith("DATABASE_URL cannot be used: ", refused.Message, StringComparison.Ordinal);
        Assert.Contains(says, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("topsecret", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }
}
