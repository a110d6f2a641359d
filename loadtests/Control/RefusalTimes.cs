using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using PrivateConnect.LoadTests.Api;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Control;

/// <summary>
/// Whether the time of a refusal tells what is there: requests for things of another workspace and for things that are nowhere,
/// and for links by mail to addresses that the hub knows and does not, in an order drawn by lot.
/// </summary>
internal static class RefusalTimes
{
    public const string ApiVerb = "refusal-times-api";
    public const string LoginVerb = "refusal-times-login";

    /// <summary>The form token of the cookie in <see cref="PageReads.CookieVariable"/>. Never in argv, which everybody can read.</summary>
    public const string TokenVariable = "FORM_TOKEN";

    // What an attacker could not tell apart with thousands of tries (the effect is the difference of medians over the scatter).
    private const double MostEffect = 0.2;

    // Below what the hub lets through for one key (200 a second) and one source (1,000).
    private const int PauseMilliseconds = 2;
    private const int StallMilliseconds = 30_000;

    /// <summary>Paths of one kind: those of things that exist elsewhere, and those of nothing.</summary>
    public static int RunApi(string hub, int pairs, IReadOnlyList<string> paths)
    {
        var keys = (Environment.GetEnvironmentVariable(ApiReads.KeysVariable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        using var connection = new ApiConnection(new Uri(hub));
        var judge = new Judge();
        for (var i = 0; i + 1 < paths.Count; i += 2)
        {
            var (foreign, nowhere, turn) = (paths[i], paths[i + 1], 0);
            Compare(judge, foreign, pairs, isFirst =>
            {
                Thread.Sleep(PauseMilliseconds);
                var path = isFirst ? foreign : nowhere;
                var header = $"Authorization: Bearer {keys[turn++ % keys.Length]}";
                var start = Stopwatch.GetTimestamp();
                var (status, _) = connection.Get(path, header);
                return status == 404 ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : throw new IOException($"{path}: {status}");
            });
        }

        return judge.ExitCode;
    }

    /// <summary>Links by mail for known-N@example.org and unknown-N@example.org, each asked once and from a network of its own.</summary>
    public static int RunLogin(string web, int pairs)
    {
        var hub = new Uri(web);
        var token = Environment.GetEnvironmentVariable(TokenVariable) ?? "";
        var cookie = Environment.GetEnvironmentVariable(PageReads.CookieVariable);
        var (known, unknown, source) = (0, 0, 0);
        var judge = new Judge();
        Compare(judge, "log-in by mail", pairs, isFirst =>
        {
            var email = isFirst ? $"known-{known++}@example.org" : $"unknown-{unknown++}@example.org";
            return Ask(hub, token, cookie, email, source++);
        });
        return judge.ExitCode;
    }

    private static double Ask(Uri hub, string token, string? cookie, string email, int source)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true, ReceiveTimeout = StallMilliseconds };
        socket.Bind(new IPEndPoint(new IPAddress([127, (byte)(1 + source / 250), (byte)(1 + source % 250), 1]), 0));
        socket.Connect(IPAddress.Loopback, hub.Port);
        var body = $"email={Uri.EscapeDataString(email)}&__RequestVerificationToken={Uri.EscapeDataString(token)}";
        var request = Encoding.ASCII.GetBytes(
            $"POST /login?handler=mail HTTP/1.1\r\nHost: {hub.Authority}\r\nCookie: {cookie}\r\nConnection: close\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
        var start = Stopwatch.GetTimestamp();
        Sockets.SendAll(socket, request);
        var answer = new byte[1 << 16];
        var filled = 0;
        while (socket.Receive(answer.AsSpan(filled)) is var got and > 0) filled += got;
        var took = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        return answer.AsSpan(0, filled).StartsWith("HTTP/1.1 200"u8)
            ? took
            : throw new IOException($"{email}: {Encoding.ASCII.GetString(answer, 0, Math.Min(filled, 200))}");
    }

    private static void Compare(Judge judge, string name, int pairs, Func<bool, double> measure)
    {
        var (first, second) = (new List<double>(), new List<double>());
        for (var i = 0; i < pairs / 20; i++) measure(i % 2 == 0);
        while (first.Count < pairs || second.Count < pairs)
        {
            var isFirst = second.Count == pairs || (first.Count < pairs && Random.Shared.Next(2) == 0);
            (isFirst ? first : second).Add(measure(isFirst));
        }

        first.Sort();
        second.Sort();
        var (one, other) = (At(first, 0.5), At(second, 0.5));
        // The quartiles' distance as a normal scatter would have it: a pause of the machine does not widen it.
        var scatter = Math.Max(At(first, 0.75) - At(first, 0.25), At(second, 0.75) - At(second, 0.25)) / 1.349;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"  {name}: there {one:0.000} ms, not there {other:0.000} ms (medians of {pairs}), scatter {scatter:0.000} ms"));
        judge.AtMost("difference", Math.Abs(one - other) / scatter, MostEffect, "of the scatter");
    }

    private static double At(List<double> sorted, double part) => sorted[(int)(part * (sorted.Count - 1))];
}
