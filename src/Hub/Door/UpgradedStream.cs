using PrivateConnect.Relay;

namespace PrivateConnect.Hub.Door;

/// <summary>
/// The bytes after a 101. Disposing of the server's stream leaves a pending read waiting for the peer; here it ends the
/// read, because closing is how a session stops its loops.
/// </summary>
internal sealed class UpgradedStream(Stream inner) : AsyncOnlyStream
{
    private readonly CancellationTokenSource _closed = new();
    private int _disposed;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (!cancellationToken.CanBeCanceled)
            return await inner.ReadAsync(buffer, _closed.Token);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closed.Token);
        return await inner.ReadAsync(buffer, either.Token);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        inner.WriteAsync(buffer, cancellationToken.CanBeCanceled ? cancellationToken : _closed.Token);

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        inner.FlushAsync(cancellationToken.CanBeCanceled ? cancellationToken : _closed.Token);

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _closed.CancelAsync();
            await inner.DisposeAsync();
        }

        await base.DisposeAsync();
    }
}
