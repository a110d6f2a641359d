using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace PrivateConnect.LoadTests.Wan;

/// <summary>The emulated link: told what to be, asked what it did.</summary>
internal sealed class WanLink : IDisposable
{
    /// <summary>About what two cores carry besides the tunnel, one packet a system call.</summary>
    public const int RateMegabits = 500;

    /// <summary>A router's queue, as time at the link's rate.</summary>
    private const int QueueMilliseconds = 100;

    private const int JitterMicroseconds = 500;
    private const int RoundTripsTried = 5;

    private readonly Process _process;

    public WanLink(WanPlace place) => _process = Process.Start(
        new ProcessStartInfo(place.LinkProgram, [place.Near, place.Far])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;

    /// <summary>What the link is from the next packet on; its counts begin again.</summary>
    public void Shape(int roundTripMilliseconds, int lossPartsPerMillion)
    {
        var oneWay = roundTripMilliseconds * 1_000 / 2;
        var answer = Ask(FormattableString.Invariant(
            $"set {oneWay} {JitterMicroseconds} {lossPartsPerMillion} {RateMegabits * 1_000} {QueueMilliseconds}"));
        if (answer != "ok") throw new IOException($"The link refused its shape: {answer}");
    }

    /// <summary>Packets since <see cref="Shape"/>.</summary>
    public WanCounts Counts()
    {
        long[] numbers = [.. Ask("count").Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        return new WanCounts(numbers[0], numbers[1], numbers[2]);
    }

    /// <summary>The least of some connects' times: what the link really is now.</summary>
    public static TimeSpan RoundTrip(IPEndPoint to)
    {
        var least = TimeSpan.MaxValue;
        for (var i = 0; i < RoundTripsTried; i++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            var start = Stopwatch.GetTimestamp();
            socket.Connect(to);
            var took = Stopwatch.GetElapsedTime(start);
            if (took < least) least = took;
        }

        return least;
    }

    public void Dispose()
    {
        _process.StandardInput.Close(); // The end of its input ends the link.
        _process.WaitForExit();
        _process.Dispose();
    }

    private string Ask(string question)
    {
        _process.StandardInput.WriteLine(question);
        _process.StandardInput.Flush();
        return _process.StandardOutput.ReadLine() ?? throw new IOException("The link ended; see its message above.");
    }
}

/// <summary>Packets that the link carried, lost by its own dice, and lost because its queue was full.</summary>
internal sealed record WanCounts(long Carried, long Lost, long Overflowed);
