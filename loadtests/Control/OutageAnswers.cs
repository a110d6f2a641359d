using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;

namespace PrivateConnect.LoadTests.Control;

/// <summary>What the API says while the database is stopped, how soon, and how soon after its return all is whole again.</summary>
internal static class OutageAnswers
{
    public const string Verb = "outage-answers";

    private const int AsksInAnOutage = 10;
    private const double SoonSeconds = 2;
    private const double WholeSeconds = 5;
    private static readonly TimeSpan AskEvery = TimeSpan.FromMilliseconds(50);

    /// <summary>Prints a row a round; 0 when every answer met its bar. Stop and go are commands of a shell.</summary>
    public static async Task<int> RunAsync(string hub, int rounds, string stop, string go)
    {
        using var http = new HttpClient { BaseAddress = new Uri(hub), Timeout = TimeSpan.FromSeconds(60) };
        http.DefaultRequestHeaders.Authorization =
            new AuthenticationHeaderValue("Bearer", Environment.GetEnvironmentVariable(CutStreams.KeyVariable));
        var (slowest, longest, others) = (0.0, 0.0, 0);
        Console.WriteLine($"  {"",-10}{"slowest 503 s",16}{"whole after s",16}");
        for (var round = 1; round <= rounds; round++)
        {
            await Outage.ShellAsync(stop);
            var (most, asked) = (0.0, Stopwatch.GetTimestamp());
            for (var i = 0; i < AsksInAnOutage; i++)
            {
                asked = Stopwatch.GetTimestamp();
                // Reads and writes in turn.
                var status = i % 2 == 0 ? await ReadAsync(http) : await WriteAsync(http);
                most = Math.Max(most, Stopwatch.GetElapsedTime(asked).TotalSeconds);
                if (status != HttpStatusCode.ServiceUnavailable) others++;
            }

            await Outage.ShellAsync(go);
            var back = Stopwatch.GetTimestamp();
            while (await ReadAsync(http) != HttpStatusCode.OK || await WriteAsync(http) != HttpStatusCode.Created) await Task.Delay(AskEvery);
            var whole = Stopwatch.GetElapsedTime(back).TotalSeconds;
            (slowest, longest) = (Math.Max(slowest, most), Math.Max(longest, whole));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {round,-10}{most,16:0.00}{whole,16:0.00}"));
        }

        var judge = new Judge();
        judge.AtMost("slowest answer while stopped", slowest, SoonSeconds, "s");
        judge.AtMost("answers while stopped other than 503", others, 0, "");
        judge.AtMost("reads and writes work again after", longest, WholeSeconds, "s");
        return judge.ExitCode;
    }

    private static async Task<HttpStatusCode> ReadAsync(HttpClient http)
    {
        using var answer = await http.GetAsync(new Uri("/v1/agents?limit=1", UriKind.Relative));
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> WriteAsync(HttpClient http)
    {
        using var body = new StringContent("{}", null, "application/json");
        using var answer = await http.PostAsync(new Uri("/v1/enrolment-tokens", UriKind.Relative), body);
        return answer.StatusCode;
    }
}
