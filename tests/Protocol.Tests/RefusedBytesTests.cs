using CsCheck;
using PrivateConnect.Protocol.Streams;
using Xunit;

namespace PrivateConnect.Protocol.Tests;

/// <summary>The queue of refused bytes against a model. It counts the blocks of the whole process, so it runs alone.</summary>
[Collection(nameof(Alone))]
public sealed class RefusedBytesTests
{
    [Fact]
    public void RefusedBytesComeOutAsTheyWentInAndReturnTheirBlocks()
    {
        var before = BlockPool.Small.Rented;
        Gen.Select(Gen.Int[0, 40_000], Gen.Int[0, 40_000]).Array[1, 30].Sample(
            steps =>
            {
                var queue = new RefusedBytes();
                var model = new Queue<byte>();
                byte next = 0;
                foreach (var (add, take) in steps)
                {
                    var bytes = new byte[add];
                    foreach (ref var b in bytes.AsSpan())
                    {
                        b = next++;
                        model.Enqueue(b);
                    }

                    queue.Append(bytes);
                    for (var left = take; left > 0 && !queue.IsEmpty;)
                    {
                        var n = Math.Min(left, queue.First.Length);
                        foreach (var b in queue.First[..n])
                        {
                            if (b != model.Dequeue())
                                return false;
                        }

                        queue.Advance(n);
                        left -= n;
                    }

                    if (queue.Count != model.Count)
                        return false;
                }

                queue.Clear();
                return queue.IsEmpty;
            },
            threads: 1);
        Assert.Equal(before, BlockPool.Small.Rented);
    }
}
