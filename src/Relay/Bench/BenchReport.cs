using System.Buffers.Binary;

namespace PrivateConnect.Relay.Bench;

/// <summary>One look of a process at itself during a bench; two looks give what happened in between.</summary>
/// <param name="At">Microseconds on the process's own clock.</param>
/// <param name="Cpu">Processor time of the process so far, microseconds.</param>
/// <param name="Cores">Processors that it may use.</param>
/// <param name="Legs">Towards who asked; at a hub then towards the agent that exposes the service.</param>
public sealed record BenchReport(long At, long Cpu, long Cores, IReadOnlyList<BenchLeg> Legs)
{
    /// <summary>Time, processor time, processors, legs, numbers of a leg.</summary>
    private const int HeadNumbers = 5;

    private const int MaxLegs = 2;

    /// <summary>Of a leg, as later versions may write it. More: not a report.</summary>
    private const int MaxLegNumbers = 64;

    /// <summary>The longest answer that can be a report, bytes.</summary>
    public const int MaxSize = (HeadNumbers + MaxLegs * MaxLegNumbers) * sizeof(long);

    /// <summary>This process now.</summary>
    public static BenchReport Now(TimeProvider time, params IReadOnlyList<BenchLeg> legs)
    {
        ArgumentNullException.ThrowIfNull(time);
        return new BenchReport(
            (long)time.GetElapsedTime(0).TotalMicroseconds, (long)Environment.CpuUsage.TotalTime.TotalMicroseconds,
            Environment.ProcessorCount, legs);
    }

    /// <summary>64-bit numbers, big-endian.</summary>
    public byte[] Encode()
    {
        var numbers = new long[HeadNumbers + Legs.Count * BenchLeg.Numbers];
        (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4]) = (At, Cpu, Cores, Legs.Count, BenchLeg.Numbers);
        for (var i = 0; i < Legs.Count; i++)
            Legs[i].Write(numbers.AsSpan(HeadNumbers + i * BenchLeg.Numbers));
        var bytes = new byte[numbers.Length * sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
            BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(i * sizeof(long)), numbers[i]);
        return bytes;
    }

    /// <summary>Null when the bytes are no report. What the numbers say is the sender's word.</summary>
    public static BenchReport? Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length is < HeadNumbers * sizeof(long) or > MaxSize)
            return null;
        var numbers = new long[bytes.Length / sizeof(long)];
        for (var i = 0; i < numbers.Length; i++)
            numbers[i] = BinaryPrimitives.ReadInt64BigEndian(bytes[(i * sizeof(long))..]);
        var (count, size) = (numbers[3], numbers[4]);
        if (count is < 1 or > MaxLegs || size is < BenchLeg.Numbers or > MaxLegNumbers || numbers.Length < HeadNumbers + count * size)
            return null;
        var legs = new BenchLeg[count];
        for (var i = 0; i < legs.Length; i++)
            legs[i] = BenchLeg.Read(numbers.AsSpan(HeadNumbers + i * (int)size));
        return new BenchReport(numbers[0], numbers[1], numbers[2], legs);
    }
}
