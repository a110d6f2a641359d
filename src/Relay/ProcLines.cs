using System.Buffers.Text;
using Microsoft.Win32.SafeHandles;

namespace PrivateConnect.Relay;

/// <summary>
/// The lines of a file, without allocating: for files below <c>/proc</c> that are read while memory is short. A line that does
/// not fit the buffer ends the reading.
/// </summary>
internal ref struct ProcLines(SafeFileHandle file, Span<byte> buffer)
{
    /// <summary>A buffer for what is read here: the kernel writes no more than a page at a time, and no line is as long.</summary>
    public const int Space = 8192;

    private readonly Span<byte> _buffer = buffer;
    private ReadOnlySpan<byte> _rest;
    private long _offset;

    /// <summary>The line that <see cref="MoveNext"/> found, without its end; valid until the next call.</summary>
    public ReadOnlySpan<byte> Current { get; private set; }

    public readonly ProcLines GetEnumerator() => this;

    /// <summary>The next line; false at the end. What follows the last line feed is no line.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public bool MoveNext()
    {
        int end;
        while ((end = _rest.IndexOf((byte)'\n')) < 0)
        {
            _rest.CopyTo(_buffer);
            var read = RandomAccess.Read(file, _buffer[_rest.Length..], _offset);
            if (read == 0)
                return false;
            _offset += read;
            _rest = _buffer[..(_rest.Length + read)];
        }

        Current = _rest[..end];
        _rest = _rest[(end + 1)..];
        return true;
    }

    /// <summary>Of a line such as <c>VmRSS:	   1234 kB</c>; -1 where it is none.</summary>
    public static long KiloBytes(ReadOnlySpan<byte> line)
    {
        var text = line[(line.IndexOf((byte)':') + 1)..].Trim(" \t"u8);
        return Utf8Parser.TryParse(text, out long count, out var used) && text[used..].SequenceEqual(" kB"u8) ? count : -1;
    }
}
