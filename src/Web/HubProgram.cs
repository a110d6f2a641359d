using Microsoft.Extensions.Logging.Console;
using PrivateConnect.Hub;
using PrivateConnect.Hub.Data;
using PrivateConnect.Hub.Door;

namespace PrivateConnect.Web;

/// <summary>Puts hub and dashboard together and runs them until a signal.</summary>
internal static class HubProgram
{
    // A database that hangs holds a thread of the pool for each connection (20) while its statements are given up, and
    // SQLite works on the thread that asks: accepting and answering agents must find threads beside those.
    private const int ThreadsAtOnce = 64;

    /// <summary>From folder to exit code.</summary>
    public static async Task<int> RunAsync(HubOptions options)
    {
        HubMemory.Start(options);
        ThreadPool.SetMinThreads(ThreadsAtOnce, ThreadsAtOnce);
        using var folder = DataFolder.Open(options.DataDir);
        using var signal = new StopSignal(atOnce: folder.Dispose);
        await using var database = await Database.OpenAsync(
            options.DatabaseUrl, options.DataDir, TimeProvider.System, CancellationToken.None);
        await using var app = Build(options, database, static _ => { });
        return await app.RunHubAsync(folder, Console.Out, signal.Asked);
    }

    /// <summary>The application, not started. Tests change services before it is built.</summary>
    public static WebApplication Build(HubOptions options, Database database, Action<IServiceCollection> change)
    {
        // Files lie beside the program; the environment's name must not switch pages with stack traces on.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            ContentRootPath = AppContext.BaseDirectory,
            // Where pages are looked for, whichever program hosts them.
            ApplicationName = typeof(HubProgram).Assembly.GetName().Name,
            EnvironmentName = Environments.Production,
        });
        builder.Logging.ClearProviders().AddSimpleConsole(console => console.SingleLine = true);
        // A console that nobody reads must not hold up whoever logs, least of all a relay loop.
        builder.Services.Configure<ConsoleLoggerOptions>(console => console.QueueFullMode = ConsoleLoggerQueueFullMode.DropWrite);
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        // Its keys lie in a folder of ours with 0700; that there is no second lock is known.
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        // Every visit without a session is "challenged"; that is no news.
        builder.Logging.AddFilter("PrivateConnect.Web.Auth.SessionCookie", LogLevel.Warning);
        builder.Logging.AddFilter("PrivateConnect", options.Development ? LogLevel.Debug : LogLevel.Information);
        builder.AddHub(options, database);
        builder.AddSite(options);
        change(builder.Services);
        var app = builder.Build();
        app.UseForwardedHeaders();
        app.UseSite();
        app.UseRouting();
        app.Use(DoorMetadata.Enforce);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHub();
        app.MapSite();
        return app;
    }
}
