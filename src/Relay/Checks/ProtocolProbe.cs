using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace PrivateConnect.Relay.Checks;

/// <summary>
/// The first word of a protocol to a target that took the connection, and its answer: PostgreSQL is asked in its own way
/// whether it takes TLS, HTTP for one status line. No redirect is followed, no body read, nothing decompressed.
/// </summary>
internal sealed class ProtocolProbe(TargetReport report, TargetEndpoint target, CancellationToken late)
{
    /// <summary>A status line is shorter; what is longer is none.</summary>
    private const int MaxLine = 1_024;

    /// <summary>SSLRequest: length 8, code 1234.5679. The answer is one byte.</summary>
    private static readonly byte[] s_sslRequest = [0, 0, 0, 8, 4, 210, 22, 47];

    private TargetReport _report = report;

    /// <summary>The report with what was found added; the socket stays the caller's.</summary>
    public async Task<TargetReport> RunAsync(Socket socket)
    {
        using var network = new NetworkStream(socket, ownsSocket: false);
        var stream = new BoundedStream(network, TargetCheck.MaxRead);
        try
        {
            switch (_report.Protocol)
            {
                case ServiceProtocol.Postgres:
                    if (await AskPostgresAsync(stream).ConfigureAwait(false))
                        await SecureAsync(stream, null).ConfigureAwait(false);
                    break;
                case ServiceProtocol.Tls:
                    await SecureAsync(stream, null).ConfigureAwait(false);
                    break;
                case ServiceProtocol.Https:
                    await SecureAsync(stream, AskHttpAsync).ConfigureAwait(false);
                    break;
                default:
                    await AskHttpAsync(stream).ConfigureAwait(false);
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            _report = _report with { Speech = SpeechOutcome.Silent };
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // It hung up, or said more than is read.
            _report = _report with { Speech = SpeechOutcome.Other };
        }

        return _report;
    }

    /// <summary>True when it goes on over TLS.</summary>
    private async Task<bool> AskPostgresAsync(Stream stream)
    {
        var since = TimeProvider.System.GetTimestamp();
        await stream.WriteAsync(s_sslRequest, late).ConfigureAwait(false);
        var answer = new byte[1];
        var count = await stream.ReadAsync(answer, late).ConfigureAwait(false);
        // 'E' is how PostgreSQL says that it cannot serve just now; S and N are yes and no.
        var speaks = count == 1 && answer[0] is (byte)'S' or (byte)'N' or (byte)'E';
        _report = _report with { Speech = speaks ? SpeechOutcome.Ok : SpeechOutcome.Other, AnswerMs = TargetCheck.Since(since) };
        return speaks && answer[0] == (byte)'S';
    }

    private async Task SecureAsync(Stream stream, Func<Stream, Task>? then)
    {
        var since = TimeProvider.System.GetTimestamp();
        var tls = new TlsProbe(target.Host);
        if (!await tls.HandshakeAsync(stream, late).ConfigureAwait(false))
        {
            _report = _report with { Speech = SpeechOutcome.TlsFailed, Certificate = tls.Certificate };
            return;
        }

        var secure = tls.Stream;
        await using var closing = secure.ConfigureAwait(false);
        _report = _report with
        {
            Speech = SpeechOutcome.Ok,
            AnswerMs = _report.AnswerMs ?? TargetCheck.Since(since),
            IsTls = true,
            Certificate = tls.Certificate,
        };
        if (then is not null)
            await then(secure).ConfigureAwait(false);
        else
            await secure.ShutdownAsync().ConfigureAwait(false);
    }

    private async Task AskHttpAsync(Stream stream)
    {
        var since = TimeProvider.System.GetTimestamp();
        var request = $"GET / HTTP/1.1\r\nHost: {target}\r\nUser-Agent: PrivateConnect-diagnosis\r\nAccept: */*\r\nConnection: close\r\n\r\n";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(request), late).ConfigureAwait(false);
        await stream.FlushAsync(late).ConfigureAwait(false);
        var line = new byte[MaxLine];
        var have = 0;
        double? first = null;
        while (have < line.Length && !line.AsSpan(0, have).Contains((byte)'\n'))
        {
            var count = await stream.ReadAsync(line.AsMemory(have), late).ConfigureAwait(false);
            if (count == 0)
                break;
            first ??= TargetCheck.Since(since);
            have += count;
        }

        _report = Read(_report with { AnswerMs = first }, line.AsSpan(0, have));
    }

    /// <summary>HTTP/1.1 200 OK.</summary>
    private static TargetReport Read(TargetReport report, ReadOnlySpan<byte> bytes)
    {
        var end = bytes.IndexOf((byte)'\n');
        var line = end < 0 ? "" : Encoding.Latin1.GetString(bytes[..end]).TrimEnd('\r');
        var isHttp = line.StartsWith("HTTP/1.", StringComparison.Ordinal) && line.Length >= 12 && line[8] == ' '
            && int.TryParse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture, out _)
            && (line.Length == 12 || line[12] == ' ');
        if (!isHttp)
            return report with { Speech = SpeechOutcome.Other };
        var reason = line.Length > 13 ? line[13..] : null;
        return report with
        {
            Speech = SpeechOutcome.Ok,
            HttpStatus = int.Parse(line.AsSpan(9, 3), NumberStyles.None, CultureInfo.InvariantCulture),
            HttpReason = reason?.Length > TargetReport.MaxText ? reason[..TargetReport.MaxText] : reason,
        };
    }
}
