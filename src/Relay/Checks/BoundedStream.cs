namespace PrivateConnect.Relay.Checks;

/// <summary>Reads at most <paramref name="most"/> bytes of another stream; what asks for more gets an IOException.</summary>
internal sealed class BoundedStream(Stream inner, int most) : AsyncOnlyStream
{
    private int _left = most;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_left == 0)
            throw new IOException("The other side sends more than a check reads.");
        var count = await inner.ReadAsync(buffer[..Math.Min(buffer.Length, _left)], cancellationToken).ConfigureAwait(false);
        _left -= count;
        return count;
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken);

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
