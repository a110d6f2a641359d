using PrivateConnect.Protocol.Streams;

namespace PrivateConnect.Relay.Checks;

/// <summary>
/// Sends a report that is still to be made: a line feed at once, whose arrival is the asker's round trip and which JSON
/// ignores, then the report and the end.
/// </summary>
public sealed class ReportEnd : StreamEnd
{
    private const byte Mark = (byte)'\n';

    private readonly Lock _gate = new();
    private byte[] _bytes = [Mark];
    private int _sent;
    private bool _isWhole;

    /// <summary>Gives the report; once. Any thread.</summary>
    public void Answer(ReadOnlySpan<byte> report)
    {
        lock (_gate)
            (_bytes, _isWhole) = ([Mark, .. report], true);
        Stream?.SignalReadable();
    }

    /// <inheritdoc/>
    public override int Pull(Span<byte> into)
    {
        lock (_gate)
        {
            var count = Math.Min(into.Length, _bytes.Length - _sent);
            if (count == 0)
                return _isWhole ? 0 : WouldBlock;
            _bytes.AsSpan(_sent, count).CopyTo(into);
            _sent += count;
            return count;
        }
    }

    /// <inheritdoc/>
    public override void ArmReadable()
    {
        lock (_gate)
        {
            if (!_isWhole && _sent == _bytes.Length)
                return;
        }

        Stream!.SignalReadable();
    }

    /// <inheritdoc/>
    public override int Push(ReadOnlySpan<byte> data) => data.Length;

    /// <inheritdoc/>
    public override void ArmWritable()
    {
        // Never refuses.
    }

    /// <inheritdoc/>
    public override void PushFin()
    {
        // Nothing was asked for in words.
    }

    /// <inheritdoc/>
    public override void Close(StreamError error)
    {
        // The check goes on to its own end; nobody reads it.
    }
}
