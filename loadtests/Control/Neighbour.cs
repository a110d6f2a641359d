using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.LoadTests.Api;
using PrivateConnect.LoadTests.Scenarios;
using PrivateConnect.LoadTests.Traffic;

namespace PrivateConnect.LoadTests.Control;

/// <summary>
/// What one workspace feels of another: reads of the API and messages through the tunnel of the one, while the other does
/// nothing and while it asks for as much as it can of everything, by turns.
/// </summary>
internal sealed class Neighbour(Uri hub, string key, IPEndPoint entry)
{
    public const string Verb = "neighbour";

    // What is felt at most of the other: p99 beside it over p99 without it.
    private const double MostFelt = 1.2;

    // Far below the limits of a key and of a service: it is the quiet one.
    private const int ReadEveryMicroseconds = 10_000, MessageEveryMicroseconds = 2_000, Talkers = 4;

    // A program without a heart, five times beyond what a key may ask; not so many that the load itself takes the processors.
    private const int Floods = 4, FloodEveryMicroseconds = 4_000, Downloads = 16;

    private readonly List<double> _reads = [];
    private readonly List<double> _messages = [];

    /// <summary>The keys of the quiet and of the noisy workspace, in <see cref="ApiReads.KeysVariable"/>; ports of a service of each.</summary>
    public static int Run(string hub, int quietPort, int noisyPort, int turns, int seconds)
    {
        var keys = (Environment.GetEnvironmentVariable(ApiReads.KeysVariable) ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var entry = new IPEndPoint(IPAddress.Loopback, quietPort);
        var (alone, beside) = (new Neighbour(new Uri(hub), keys[0], entry), new Neighbour(new Uri(hub), keys[0], entry));
        // The first look is the compiler's.
        new Neighbour(new Uri(hub), keys[0], entry).Measure(seconds);
        var (refused, got) = (0L, 0L);
        for (var turn = 0; turn < turns; turn++)
        {
            alone.Measure(seconds);
            using var noise = new Noise(new Uri(hub), keys[1], new IPEndPoint(IPAddress.Loopback, noisyPort));
            beside.Measure(seconds);
            (refused, got) = (refused + noise.Refused, got + noise.Received);
        }

        Latencies.PrintHead();
        var quiet = (Reads: Latencies.Print("reads, alone", alone._reads), Messages: Latencies.Print("64 bytes there and back, alone", alone._messages));
        var noisy = (Reads: Latencies.Print("reads, beside", beside._reads), Messages: Latencies.Print("64 bytes there and back, beside", beside._messages));
        Console.WriteLine(FormattableString.Invariant(
            $"  the other meanwhile: {refused / (turns * seconds)} refusals a second, {got * 8e-6 / (turns * seconds):0} Mbit/s"));
        var judge = new Judge();
        judge.AtMost("reads, p99 beside over alone", noisy.Reads / quiet.Reads, MostFelt, "times");
        judge.AtMost("messages, p99 beside over alone", noisy.Messages / quiet.Messages, MostFelt, "times");
        return judge.ExitCode;
    }

    private void Measure(int seconds)
    {
        var until = Stopwatch.GetTimestamp() + seconds * Stopwatch.Frequency;
        using var threads = new ClientThreads();
        threads.Run(
            () =>
            {
                using var connection = new ApiConnection(hub);
                var mine = new List<double>();
                while (Stopwatch.GetTimestamp() < until)
                {
                    ShortPause.Wait(ReadEveryMicroseconds);
                    var start = Stopwatch.GetTimestamp();
                    var (status, _) = connection.Get("/v1/services?limit=50", $"Authorization: Bearer {key}");
                    mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    if (status != 200) throw new IOException($"The quiet workspace's read was answered {status}.");
                }

                lock (_reads) _reads.AddRange(mine);
            },
            mayEnd: true);
        for (var i = 0; i < Talkers; i++)
        {
            threads.Run(
                () =>
                {
                    using var socket = Sockets.Connect(entry, Role.Echo);
                    var (message, mine) = (new byte[Sockets.MessageBytes], new List<double>());
                    while (Stopwatch.GetTimestamp() < until)
                    {
                        ShortPause.Wait(MessageEveryMicroseconds);
                        var start = Stopwatch.GetTimestamp();
                        Sockets.SendAll(socket, message);
                        Sockets.ReceiveAll(socket, message);
                        mine.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                    }

                    lock (_messages) _messages.AddRange(mine);
                },
                mayEnd: true);
        }

        threads.Join();
        threads.ThrowIfBroken();
    }

    /// <summary>Downloads at full speed, reads far beyond the key's limit, keys that are none, visitors that come and go: until the end.</summary>
    private sealed class Noise : IDisposable
    {
        // Another network, as the hub counts them.
        private static readonly IPAddress s_elsewhere = new([127, 0, 1, 1]);

        private readonly Bulk.BulkLoad _downloads;
        private readonly ClientThreads _threads = new();
        private long _refused;

        public Noise(Uri hub, string key, IPEndPoint entry)
        {
            _downloads = new Bulk.BulkLoad(entry, Role.Source, Downloads);
            for (var i = 0; i < Floods; i++)
            {
                // Every fourth has no valid key.
                var header = $"Authorization: Bearer {(i == 0 ? key + "x" : key)}";
                ApiConnection? connection = null;
                Repeat(() =>
                {
                    try
                    {
                        connection ??= new ApiConnection(hub, s_elsewhere);
                        if (connection.Get("/v1/services?limit=200", header).Status != 200) Interlocked.Increment(ref _refused);
                    }
                    catch (IOException)
                    {
                        // Shown the door: it comes again.
                        connection?.Dispose();
                        connection = null;
                    }
                });
                Repeat(() =>
                {
                    using var socket = Sockets.Connect(entry, Role.LightEcho);
                    var message = new byte[Sockets.MessageBytes];
                    Sockets.SendAll(socket, message);
                    _ = Sockets.TryReceiveAll(socket, message);
                });
            }
        }

        public long Refused => Interlocked.Read(ref _refused);

        public long Received => _downloads.Received;

        public void Dispose()
        {
            _threads.EndAndJoin();
            _threads.Dispose();
            _downloads.Dispose();
        }

        private void Repeat(Action once) => _threads.Run(() =>
        {
            while (!_threads.Ending)
            {
                ShortPause.Wait(FloodEveryMicroseconds);
                try
                {
                    once();
                }
                catch (SocketException)
                {
                    // Refused, which is what the limits are for.
                }
            }
        });
    }
}
