using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using PrivateConnect.Protocol.Streams;
using PrivateConnect.Relay.Bench;

namespace PrivateConnect.Relay;

/// <summary>
/// One dial of a target for a stream that the peer opened: resolves the name, tries its addresses in turn within one
/// deadline, and becomes the stream's end, or resets the stream with the reason. Called off when the stream ends first.
/// </summary>
internal sealed class TargetDial : ISocketEvents
{
    /// <summary>From OPEN to a connected target. Longer: the stream is reset (TargetTimeout).</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private readonly MuxStream _stream;
    private readonly TargetEndpoint _target;
    private readonly RelayLoop _loop;
    private readonly Action<SpliceResult>? _ended;
    private readonly bool _isProbe;
    private readonly Lock _gate = new();
    private readonly long _since = TimeProvider.System.GetTimestamp();
    private readonly ITimer _deadline;
    private IPAddress[] _addresses = [];
    private int _next;
    private StreamError _lastError = StreamError.TargetUnreachable;
    private SocketWatch? _watch;
    private bool _over;
    private Task _resolving = Task.CompletedTask;

    private TargetDial(MuxStream stream, TargetEndpoint target, RelayLoop loop, Action<SpliceResult>? ended, bool isProbe)
    {
        _isProbe = isProbe;
        _stream = stream;
        _target = target;
        _loop = loop;
        _ended = ended;
        _deadline = TimeProvider.System.CreateTimer(
            static o => ((TargetDial)o!).Fail(StreamError.TargetTimeout), this, Limit, Timeout.InfiniteTimeSpan);
    }

    /// <summary>
    /// Starts; never blocks: a name that needs the resolver is looked up on the thread pool. A probe hangs up at once and
    /// sends how long the dial took.
    /// </summary>
    public static void Start(
        MuxStream stream, TargetEndpoint target, RelayLoop loop, Action<SpliceResult>? ended, bool isProbe = false)
    {
        var dial = new TargetDial(stream, target, loop, ended, isProbe);
        stream.OnEndedUnattached(dial.Fail);
        if (Literal(target.Host) is { } addresses)
            dial.Begin(addresses);
        else
            dial._resolving = dial.ResolveAsync();
    }

    /// <summary>What needs no resolver; "localhost" is loopback by RFC 6761, section 6.3.</summary>
    internal static IPAddress[]? Literal(string host)
    {
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase))
            return [IPAddress.Loopback, IPAddress.IPv6Loopback];
        return IPAddress.TryParse(host, out var address) ? [address] : null;
    }

    private async Task ResolveAsync()
    {
        try
        {
            // The system's resolver blocks a thread of the pool; the runtime asks it once at a time for one name.
            Begin(await Dns.GetHostAddressesAsync(_target.Host).ConfigureAwait(false));
        }
        catch (Exception e) when (e is SocketException or ArgumentException)
        {
            Fail(StreamError.TargetUnknownHost);
        }
    }

    private void Begin(IPAddress[] addresses)
    {
        _addresses = addresses;
        TryNext();
    }

    private void TryNext()
    {
        while (_next < _addresses.Length)
        {
            var address = _addresses[_next++];
            if (ForbiddenTargets.Contains(address))
            {
                _lastError = StreamError.TargetForbidden;
                continue;
            }

            Socket socket;
            try
            {
                socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            }
            catch (SocketException)
            {
                // No IPv6 here, or no descriptors left: the next address may do.
                continue;
            }

            SocketWatch.PrepareRelayed(socket);
            var endpoint = new IPEndPoint(address, _target.Port);
            LocalPath.Unpace(socket, endpoint);
            lock (_gate)
            {
                if (_over)
                {
                    socket.Dispose();
                    return;
                }

                try
                {
                    _watch = _loop.Connect(socket, endpoint, this);
                    return;
                }
                catch (Exception e) when (e is SocketException or System.ComponentModel.Win32Exception)
                {
                    // No descriptors or memory left in the kernel for one more.
                    socket.Dispose();
                }
            }
        }

        Fail(_lastError);
    }

    void ISocketEvents.OnConnected(SocketWatch watch, SocketError error)
    {
        if (error != SocketError.Success)
        {
            _lastError = Reason(error);
            watch.Close(orderly: false);
            TryNext();
            return;
        }

        lock (_gate)
        {
            if (_over)
                return;
            _over = true;
        }

        _deadline.Dispose();
        if (_isProbe)
        {
            watch.Close(orderly: true);
            var took = new byte[sizeof(long)];
            BinaryPrimitives.WriteInt64BigEndian(took, (long)TimeProvider.System.GetElapsedTime(_since).TotalMicroseconds);
            _stream.Attach(new AnswerEnd(took));
            return;
        }

        var end = new SocketEnd(_ended);
        end.Bind(watch);
        watch.Events = end;
        _stream.Attach(end);
    }

    void ISocketEvents.OnReadable()
    {
    }

    void ISocketEvents.OnWritable()
    {
    }

    void ISocketEvents.OnHangup()
    {
    }

    private void Fail(StreamError error)
    {
        SocketWatch? watch;
        lock (_gate)
        {
            if (_over)
                return;
            _over = true;
            watch = _watch;
        }

        _deadline.Dispose();
        watch?.Close(orderly: false);
        _stream.Reset(error);
        _ended?.Invoke(new SpliceResult(_stream.EndError, 0, 0, TimeProvider.System.GetElapsedTime(_since)));
    }

    private static StreamError Reason(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => StreamError.TargetRefused,
        SocketError.TimedOut => StreamError.TargetTimeout,
        _ => StreamError.TargetUnreachable,
    };
}
