using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace PrivateConnect.Agent;

/// <summary>JSON objects, one a line, over a local socket; a longer line than the limit ends the conversation.</summary>
internal sealed class JsonLines(Stream stream)
{
    /// <summary>Hundreds of services of a command fit, and it is told when they do not; a status comes in parts.</summary>
    public const int MaxLineBytes = 64 * 1024;

    private readonly byte[] _buffer = new byte[MaxLineBytes + 1];
    private int _filled;

    /// <summary>The next object, or null when the other side is gone.</summary>
    /// <exception cref="InvalidDataException">Not such an object, or a line too long.</exception>
    public async Task<T?> ReadAsync<T>(JsonTypeInfo<T> type, CancellationToken cancellation)
        where T : class
    {
        while (true)
        {
            var end = _buffer.AsSpan(0, _filled).IndexOf((byte)'\n');
            if (end >= 0)
                return Take(end, type);
            if (_filled == _buffer.Length)
                throw new InvalidDataException($"a line of more than {MaxLineBytes} bytes");
            var read = await stream.ReadAsync(_buffer.AsMemory(_filled), cancellation);
            if (read == 0)
                return null;
            _filled += read;
        }
    }

    public async Task WriteAsync<T>(T value, JsonTypeInfo<T> type, CancellationToken cancellation)
    {
        var line = JsonSerializer.SerializeToUtf8Bytes(value, type);
        if (line.Length > MaxLineBytes)
            throw new InvalidDataException($"a line of more than {MaxLineBytes} bytes");
        await stream.WriteAsync((byte[])[.. line, (byte)'\n'], cancellation);
    }

    private T Take<T>(int end, JsonTypeInfo<T> type)
    {
        try
        {
            return JsonSerializer.Deserialize(_buffer.AsSpan(0, end), type) ?? throw new InvalidDataException("null");
        }
        catch (JsonException error)
        {
            throw new InvalidDataException("a line that is not such an object", error);
        }
        finally
        {
            _buffer.AsSpan(end + 1, _filled - end - 1).CopyTo(_buffer);
            _filled -= end + 1;
        }
    }
}
