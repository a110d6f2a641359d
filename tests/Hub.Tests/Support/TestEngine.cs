namespace PrivateConnect.Hub.Tests.Support;

/// <summary>An empty database on one of the two engines, and a folder, both gone with the test.</summary>
public sealed class TestEngine : IAsyncDisposable
{
    private readonly PostgresServer? _server;

    public TestEngine(PostgresServer? server)
    {
        _server = server;
        Directory.CreateDirectory(Folder);
    }

    /// <summary>A PostgreSQL database that is there already.</summary>
    public static TestEngine Of(string url) => new(null) { Url = url };

    public string Folder { get; } = Path.Combine(Path.GetTempPath(), $"pc-hub-{Guid.NewGuid():N}");

    public string Url { get; private set; } = "";

    public bool IsPostgres => _server is not null || Url.Length > 0;

    public async Task CreateAsync()
    {
        if (_server is not null && Url.Length == 0) Url = _server.Url(await _server.NewDatabaseAsync());
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return ValueTask.CompletedTask;
    }
}
