using System.Diagnostics;
using System.Globalization;
using PrivateConnect.LoadTests.Control;

namespace PrivateConnect.LoadTests.Api;

/// <summary>Pages of the dashboard, each asked again and again by one who is logged in.</summary>
internal static class PageReads
{
    public const string Verb = "page-reads";

    /// <summary>The log-in session's cookie. Never in argv, which everybody can read.</summary>
    public const string CookieVariable = "SESSION_COOKIE";

    // The first few compile the page.
    private const int WarmUps = 5;
    private const int Times = 40;

    // What a person takes for at once, and leaves room for the browser's own work.
    private const double Bar = 50;

    /// <summary>Prints a line per page; 0 when every one was answered and no page's p99 was beyond the bar.</summary>
    public static int Run(string hub, IReadOnlyList<string> paths)
    {
        var header = $"Cookie: __Host-session={Environment.GetEnvironmentVariable(CookieVariable)}";
        using var connection = new ApiConnection(new Uri(hub));
        var (failed, judge, worst) = (0, new Judge(), ("", 0.0));
        Latencies.PrintHead();
        foreach (var path in paths)
        {
            var (taken, bytes) = (new List<double>(), 0);
            for (var i = 0; i < WarmUps + Times; i++)
            {
                var start = Stopwatch.GetTimestamp();
                var (status, body) = connection.Get(path, header);
                if (i >= WarmUps) taken.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                bytes = body.Length;
                if (status != 200 && failed++ == 0) Console.Error.WriteLine($"{path}: {status}");
            }

            var p99 = Latencies.Print(path, taken, string.Create(CultureInfo.InvariantCulture, $"{bytes / 1024.0,10:0.0} KiB"));
            if (p99 > worst.Item2) worst = (path, p99);
        }

        judge.AtMost($"p99 of the slowest page, {worst.Item1}", worst.Item2, Bar, "ms");
        judge.AtMost("pages not answered", failed, 0, "");
        return judge.ExitCode;
    }
}
